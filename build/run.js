import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

// `node build/run.js FILE ...`: runs a file of the house on Node 24. Plain JavaScript, since it must run, and explain
// itself, on a Node that can't read TypeScript. Linux and Windows bring Node 24 by `npm ci`; npm 10 does not link it into
// `.bin` (three packages of one bin name, two of them for other machines), so it is looked for in its package.

const NEEDED = 24
const [file, ...rest] = process.argv.slice(2)

if (Number.parseInt(process.versions.node, 10) >= NEEDED) await run(resolve(file ?? ''))
else runOn(nodeOfNpm())

/** @param {string} path */
async function run(path) {
  // Hundreds of files of TypeScript are read at each start: what Node has made of them is kept with the packages, also by the
  // processes that are started from here.
  const cache = fileURLToPath(new URL('../node_modules/.cache/node-compile', import.meta.url))
  process.env['NODE_COMPILE_CACHE'] ??= cache
  module.enableCompileCache(cache)
  process.argv = [process.argv[0] ?? 'node', path, ...rest]
  await import(pathToFileURL(path).href)
}

function nodeOfNpm() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const root = fileURLToPath(new URL('..', import.meta.url))
  return join(root, `node_modules/node-${platform}-${process.arch}/bin`, name)
}

/** @param {string} node */
function runOn(node) {
  if (!existsSync(node)) {
    process.stderr.write(
      `Rounds needs Node ${NEEDED}; this is Node ${process.versions.node}. On Linux and Windows, \`npm ci\` brings it\n` +
        `(not with --omit=optional). On macOS, install Node ${NEEDED}: https://nodejs.org\n`,
    )
    process.exitCode = 1
    return
  }
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) =>
    process.exit(code ?? 128 + (signal === null ? 1 : constants.signals[signal])),
  )
}

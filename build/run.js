import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

// `node build/run.js FILE ...`: runs a file of the house. Plain JavaScript, because it must explain itself on a Node
// that is too old to read TypeScript. Linux and Windows bring Node 24 with `npm ci`; macOS has no such package.

const NEEDED = 24
const [file, ...rest] = process.argv.slice(2)

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(
    `Rounds needs Node ${NEEDED}; this is Node ${process.versions.node}.\n` +
      `On Linux and Windows, \`npm ci\` brings it (not with --omit=optional). On macOS, install Node ${NEEDED}: https://nodejs.org\n`,
  )
  process.exitCode = 1
} else if (file === undefined) {
  process.stderr.write('Name the file to run.\n')
  process.exitCode = 1
} else {
  const path = resolve(file)
  process.argv = [process.argv[0], path, ...rest]
  await import(pathToFileURL(path).href)
}

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { root } from '../targets.ts'

// `npm run bench -- NAME`: runs bench/NAME/main.ts. The peers that some benchmarks compare with have a lockfile of their
// own and are installed on first use.

const { positionals } = parseArgs({ allowPositionals: true, strict: false })
const name = positionals[0]
const folder = join(root, 'bench')
const known = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'main.ts')))
  .map((entry) => entry.name)

if (name === undefined || !known.includes(name)) {
  console.error(`Name a benchmark: npm run bench -- NAME. There are: ${known.join(', ') || 'none yet'}.`)
  process.exitCode = 1
} else {
  if (existsSync(join(folder, name, 'peers.ts'))) installPeers()
  await import(pathToFileURL(join(folder, name, 'main.ts')).href)
}

type PeersManifest = { readonly dependencies: Readonly<Record<string, string>> }

/** What a benchmark asks of its peers stands in its `peers.ts`; without one, nothing is installed. */
function installPeers(): void {
  const peers = join(folder, 'peers')
  const { dependencies } = JSON.parse(readFileSync(join(peers, 'package.json'), 'utf8')) as PeersManifest
  if (Object.keys(dependencies).every((name) => existsSync(join(peers, 'node_modules', name)))) return
  console.log('installing the peers to compare with ...')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status } = spawnSync(npm, ['ci', '--no-progress'], { cwd: peers, stdio: 'inherit' })
  if (status !== 0) throw new Error('the peers could not be installed')
}

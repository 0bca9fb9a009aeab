import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

// What is bundled, from what, and whether it is still fresh: a target is built again only when one of its sources, its
// configuration or a dependency changed. Freshness is a hash, since a checkout gives every file a new time.

export const root = fileURLToPath(new URL('..', import.meta.url))

type Target = {
  readonly outputs: readonly string[]
  readonly configs: readonly string[]
  readonly sources: readonly string[]
}

export const targets = {
  client: {
    outputs: ['dist/renderer'],
    configs: ['build/vite/renderer.config.ts'],
    sources: ['app', 'renderer'],
  },
  console: {
    outputs: ['dist/console'],
    configs: ['build/vite/console.config.ts'],
    sources: ['app', 'sync-server/console', 'sync-server/console-api', 'sync-server/hl7'],
  },
  desktop: {
    outputs: ['dist/main', 'dist/preload'],
    configs: ['build/vite/main.config.ts', 'build/vite/preload.config.ts'],
    sources: ['app', 'main'],
  },
  /** For tests: the replica without screens. */
  'bare client': {
    outputs: ['dist/bare-client'],
    configs: ['e2e/bare-client/vite.config.ts'],
    sources: ['app', 'renderer', 'e2e/bare-client'],
  },
  /** The same without a cipher, as the control of a search for what must not lie readable. */
  'bare client in the clear': {
    outputs: ['dist/bare-client-clear'],
    configs: ['e2e/canary/vite.config.ts'],
    sources: ['app', 'renderer', 'e2e/bare-client'],
  },
  simulation: {
    outputs: ['dist/simulation'],
    configs: ['e2e/simulation/vite.config.ts'],
    sources: ['app', 'renderer', 'sync-server', 'e2e/simulation'],
  },
} as const satisfies Record<string, Target>
export type TargetName = keyof typeof targets

export type Progress = (line: string) => void

/** Builds the targets that are stale; says what it does. Throws the bundler's error. */
export async function buildStale(names: readonly TargetName[], say: Progress): Promise<void> {
  for (const name of names) {
    const hash = await sourceHash(targets[name])
    if (await isFresh(name, hash)) continue
    const started = performance.now()
    say(`building the ${name} ...`)
    await bundle(targets[name])
    await mkdir(stampFolder, { recursive: true })
    await writeFile(stampOf(name), hash)
    say(`built the ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  }
}

const stampFolder = join(root, 'dist/.stamps')

function stampOf(name: TargetName): string {
  return join(stampFolder, name)
}

async function isFresh(name: TargetName, hash: string): Promise<boolean> {
  const made = [...targets[name].outputs.map((output) => join(root, output)), stampOf(name)]
  if (!made.every((path) => existsSync(path))) return false
  return (await readFile(stampOf(name), 'utf8')) === hash
}

/** In a process of its own, for production whatever runs this: a test runner says `NODE_ENV=test`, and Vite believes it. */
async function bundle(target: Target): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const env = { ...process.env, NODE_ENV: 'production' }
  for (const output of target.outputs) await rm(join(root, output), { recursive: true, force: true })
  for (const config of target.configs) {
    const options = [
      'build',
      '--config',
      join(root, config),
      '--configLoader',
      'native',
      '--logLevel',
      'warn',
    ]
    await promisify(execFile)(process.execPath, [vite, ...options], { cwd: root, env })
  }
}

async function sourceHash(target: Target): Promise<string> {
  const hash = createHash('sha256')
  const files = [...target.configs, 'build/targets.ts', 'package-lock.json', 'tsconfig.base.json']
  for (const folder of target.sources) files.push(...(await filesBelow(folder)))
  for (const file of files.toSorted()) {
    hash.update(`${file}\0`)
    hash.update(await readFile(join(root, file)))
  }
  return hash.digest('hex')
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
}

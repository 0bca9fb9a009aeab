import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '#build/testing/postgres.ts'
import { buildStale, root } from '#build/targets.ts'
import { codesIn } from './canaries.ts'
import { workWithScreens } from './screens.ts'
import type { Memory } from './screens.ts'
import { searchFolder } from './search.ts'
import { tellStory } from './story.ts'
import type { Told } from './story.ts'

// `npm run canary`: the story on SQLite and on PostgreSQL, and its control with the cipher off; what was searched and
// what was found goes to bench/results/canary.json.

type Searched = { readonly files: number; readonly bytes: number; readonly found: number }
type Result = {
  readonly run: 'SQLite' | 'PostgreSQL' | 'SQLite, with the cipher off'
  /** Canaries that reached the client, and the server. */
  readonly atClient: number
  readonly atServer: number
  /** `found` counts canaries, each once. */
  readonly profile: Searched
  readonly server: Searched
  readonly logs: Searched
  readonly memory: Memory | null
}

async function search(...folders: readonly string[]): Promise<Searched> {
  const found = new Set<string>()
  let [files, bytes] = [0, 0]
  for (const folder of folders) {
    for (const { codes } of await searchFolder(folder)) for (const code of codes) found.add(code)
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    for (const entry of entries.filter((one) => one.isFile())) {
      files += 1
      bytes += (await stat(join(entry.parentPath, entry.name))).size
    }
  }
  return { files, bytes, found: found.size }
}

async function judge(run: Result['run'], told: Told, memory: Memory | null, ...more: readonly string[]) {
  try {
    const logs = { files: 1, bytes: told.logs.length, found: codesIn(told.logs).size }
    const result: Result = {
      run,
      atClient: told.atClient.size,
      atServer: told.atServer.size,
      profile: await search(told.profile),
      server: await search(told.dataFolder, ...more),
      logs,
      memory,
    }
    console.log(JSON.stringify(result))
    return result
  } finally {
    await told.end()
  }
}

async function sealed(run: 'SQLite' | 'PostgreSQL', databaseUrl?: string, folder: readonly string[] = []) {
  const memories: Memory[] = []
  const told = await tellStory({
    sealed: true,
    databaseUrl,
    withScreens: async (screens) => void memories.push(await workWithScreens(screens)),
  })
  return judge(run, told, memories[0] ?? null, ...folder)
}

async function onPostgres(): Promise<Result> {
  const postgres = await startPostgres({ durable: true })
  const client = new pg.Client({ connectionString: postgres.url })
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    return await sealed(
      'PostgreSQL',
      postgres.url,
      rows.map(({ data_directory }) => data_directory),
    )
  } finally {
    await client.end()
    await postgres.stop()
  }
}

await buildStale(['client', 'console', 'bare client', 'bare client in the clear'], (line) =>
  console.log(line),
)
const results = [
  await judge('SQLite, with the cipher off', await tellStory({ sealed: false }), null),
  await sealed('SQLite'),
  await onPostgres(),
]
await mkdir(join(root, 'bench/results'), { recursive: true })
await writeFile(join(root, 'bench/results/canary.json'), `${JSON.stringify(results, null, 2)}\n`)

const [control, ...runs] = results
const isQuiet = runs.every((run) => run.profile.found + run.server.found + run.logs.found === 0)
const isAwake = control !== undefined && control.profile.found >= control.atClient
console.log(
  isQuiet && isAwake ? 'nothing was found, and the control found everything' : 'NOT AS IT SHOULD BE',
)
process.exitCode = isQuiet && isAwake ? 0 : 1

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from './index.ts'
import { postgresTables } from './testing/postgres-tables.ts'
import { everything, sampleOrganisation } from './testing/samples.ts'

const child = fileURLToPath(new URL('./testing/commit-side-by-side.ts', import.meta.url))

/** One is killed after so many documents that it was promised; the others come to their end. */
const KILLED_AFTER = 150

// Order across processes, each with pools, lanes and coalesced commits of its own: a number that one of them took early and
// commits late must not be passed over by who reads, also where its process dies.
test('a reader who follows the numbers while processes write side by side, and one is killed, misses no row', async () => {
  const { url, schema, drop } = await postgresTables()
  const root = await mkdtemp(join(tmpdir(), 'rounds-order-'))
  const dataFolder = join(root, 'data')
  const reader = await openStore({ dataFolder, databaseUrl: url, schema })
  onTestFinished(async () => {
    await reader.close()
    await drop()
    await rm(root, { recursive: true, force: true })
  })
  await reader.createOrganisation(sampleOrganisation)

  const writers = Array.from({ length: 3 }, (_, number) =>
    written([dataFolder, url, schema], number === 0 ? KILLED_AFTER : Infinity),
  )
  let writing = true
  const promised = Promise.all(writers).finally(() => (writing = false))
  const seen: string[] = []
  let after = 0
  for (;;) {
    const last = !writing
    const page = await reader.snapshot((read) => read.changes('cases', everything, { after, limit: 100 }))
    expect(page.map(({ seq }) => seq)).toEqual(page.map((_, at) => after + at + 1))
    seen.push(...page.map(({ id }) => id))
    after = page.at(-1)?.seq ?? after
    if (last && page.length === 0) break
    await new Promise(setImmediate)
  }
  const each = await promised
  expect(each.every((ids) => ids.length >= KILLED_AFTER)).toBe(true)
  const found = new Set(seen)
  expect(each.flat().filter((id) => !found.has(id))).toEqual([])
  expect([found.size, after]).toEqual([
    seen.length,
    (await reader.snapshot((read) => read.heads())).cases.seq,
  ])
}, 120_000)

/** What a process was promised to be durable, until it ended or was killed. */
async function written(settings: readonly string[], killedAfter: number): Promise<string[]> {
  const ids: string[] = []
  const writer = spawn(process.execPath, [child, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(writer, 'exit')
  for await (const id of createInterface(writer.stdout)) {
    if (id.length === 36) ids.push(id)
    if (ids.length === killedAfter) writer.kill('SIGKILL')
  }
  const [code, signal] = (await ended) as [number | null, string | null]
  expect([code, signal]).toEqual(killedAfter === Infinity ? [0, null] : [null, 'SIGKILL'])
  return ids
}

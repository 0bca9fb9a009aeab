import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { verifyAudit } from '#sync-server/audit/index.ts'
import { openStore } from './index.ts'
import { everything, sampleOrganisation } from './testing/samples.ts'

const child = fileURLToPath(new URL('./testing/commit-until-killed.ts', import.meta.url))

/** How many promises are heard before the kill falls: each time at another place of a commit. */
const rounds = [1, 14, 45, 88, 137]

test('a server that is killed in the middle of commits has lost nothing that it promised', async () => {
  const root = await mkdtemp(join(tmpdir(), 'rounds-crash-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const dataFolder = join(root, 'data')
  const first = await openStore({ dataFolder })
  await first.createOrganisation(sampleOrganisation)
  await first.close()
  const promised = { document: new Set<string>(), message: new Set<string>() }
  for (const promises of rounds) {
    for (const [kind, id] of await killAfter(promises, dataFolder)) promised[kind].add(id)
    const store = await openStore({ dataFolder })
    const { ids, head } = await store.snapshot(async (read) => {
      const rows = await read.changes('cases', everything, { after: 0, limit: 1_000_000 })
      const opened = await read.documents(
        'cases',
        rows.map((row) => row.id),
      )
      return { ids: new Set(opened.map((document) => document.id)), head: (await read.heads()).cases.seq }
    })
    const messages = new Set((await store.inbox.list({ limit: 1_000_000 })).map((entry) => entry.id))
    expect([...promised.document].filter((id) => !ids.has(id))).toEqual([])
    expect([...promised.message].filter((id) => !messages.has(id))).toEqual([])
    // Whole transactions only: three documents and one audit entry each.
    expect(ids.size).toBe(head)
    expect(await verifyAudit(store)).toEqual({ whole: true, entries: head / 3 })
    await store.close()
  }
  expect(promised.document.size).toBeGreaterThan(0)
  expect(promised.message.size).toBeGreaterThan(0)
}, 60_000)

async function killAfter(promises: number, dataFolder: string) {
  const heard: ['document' | 'message', string][] = []
  const server = spawn(process.execPath, [child, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(server, 'exit')
  for await (const line of createInterface(server.stdout)) {
    const [kind, id] = line.split(' ')
    if ((kind === 'document' || kind === 'message') && id?.length === 36) heard.push([kind, id])
    if (heard.length === promises) server.kill('SIGKILL')
  }
  const [, signal] = (await ended) as unknown[]
  expect(signal).toBe('SIGKILL')
  return heard
}

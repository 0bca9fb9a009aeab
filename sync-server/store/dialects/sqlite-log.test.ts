import { cp, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { verifyAudit } from '#sync-server/audit/index.ts'
import { openStore } from '../index.ts'
import { sampleOrganisation } from '../testing/samples.ts'

async function folderOfAServer() {
  const root = await mkdtemp(join(tmpdir(), 'rounds-log-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const options = { dataFolder: join(root, 'data'), keyFile: join(root, 'data.key'), logAhead: true }
  const sizeOfLog = async () => (await stat(join(options.dataFolder, 'rounds.sqlite-wal'))).size
  return { root, options, sizeOfLog }
}

const entry = {
  at: '2026-01-05T12:00:00.000Z',
  actor: 'somebody',
  action: 'session',
  outcome: 'opened',
} as const

test('a log that was laid out has room for commits, and is read no further than they reach', async () => {
  const { root, options, sizeOfLog } = await folderOfAServer()
  const store = await openStore(options)
  const laidOut = await sizeOfLog()
  expect(laidOut).toBeGreaterThan(32_000_000)
  await store.createOrganisation(sampleOrganisation)
  await store.audit.append(entry)
  expect(await sizeOfLog()).toBe(laidOut)

  // What a kill leaves: the file with its log beside it.
  const copy = { ...options, dataFolder: join(root, 'killed') }
  for (const name of ['rounds.sqlite', 'rounds.sqlite-wal'])
    await cp(join(options.dataFolder, name), join(copy.dataFolder, name))
  await store.close()
  const again = await openStore(copy)
  onTestFinished(() => again.close())
  expect((await again.identity())?.organisation).toEqual(sampleOrganisation)
  expect((await again.audit.read({ limit: 10 })).map(({ action }) => action)).toEqual(['session'])
  await again.audit.append(entry)
  expect(await verifyAudit(again)).toEqual({ whole: true, entries: 2 })
})

import { expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { formatRev, readBatchHash, termOf } from '#app/protocol/index.ts'
import type { ReadBatch, ReadsRequest } from '#app/protocol/index.ts'
import type { RecordLog } from '../storage/index.ts'
import { ReadAudit } from './read-audit.ts'

const deviceId = newId()
const user = newId()
const rev = formatRev({ incarnation: 'life', seq: 4, projection: 'abc' })

/** A log that outlives what is opened on it. */
function aLog(): RecordLog<string> & { readonly durabilities: string[] } {
  const values = new Map<string, string>()
  const durabilities: string[] = []
  return {
    durabilities,
    get: (key) => values.get(key),
    entries: () => values,
    async put(key, value, durability = 'strict') {
      durabilities.push(durability)
      values.set(key, value)
    },
    async remove(key) {
      values.delete(key)
    },
  }
}

/** A server that takes what it is given, while it is there; and one who looks at the device. */
function aDesk(log = aLog()) {
  const requests: ReadsRequest[] = []
  const problems: string[] = []
  const server = { online: true, rewritten: false, now: Date.parse('2026-03-02T10:00:00.000Z') }
  const pauses: (() => void)[] = []
  const reads = new ReadAudit({
    log,
    deviceId,
    user: () => user,
    environment: {
      clock: { now: () => server.now - 5000 },
      wait: () => new Promise((go) => pauses.push(go)),
    },
    async send(request) {
      if (!server.online) throw new Error('offline')
      requests.push(request)
      const taken = request.batches.at(-1)?.number ?? 0
      const known = server.rewritten ? 'f'.repeat(64) : (request.known?.hash ?? null)
      const head = { seq: requests.length, hash: String(requests.length).repeat(64).slice(0, 64) }
      return { at: new Date(server.now).toISOString(), taken, head, known, termKey: 'a2V5' }
    },
    onRewritten: ({ code }) => problems.push(code),
  })
  const pause = async () => {
    for (const go of pauses.splice(0)) go()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return {
    log,
    reads,
    requests,
    problems,
    server,
    pause,
    batches: () => requests.flatMap((one) => one.batches),
  }
}

function isChain(batches: readonly ReadBatch[]): void {
  for (const [place, { hash, ...content }] of batches.entries()) {
    expect(content.number).toBe(place + 1)
    expect(content.previous).toBe(batches[place - 1]?.hash ?? '')
    expect(hash).toBe(readBatchHash(deviceId, content))
  }
}

test('what is seen within a pause is one entry a list, and one batch; nothing is written before', async () => {
  const { log, reads, pause, batches } = aDesk()
  const ids = [newId(), newId(), newId()]
  for (const id of ids) reads.note({ did: 'list', module: 'patients', records: [{ id, rev }] })
  reads.note({ did: 'view', module: 'patients', records: [{ id: ids[0] ?? '', rev }] })
  expect(log.durabilities).toEqual([])
  await pause()
  expect(batches()).toHaveLength(1)
  expect(batches()[0]?.entries).toMatchObject([
    { did: 'list', module: 'patients', projection: 'abc', ids },
    { did: 'view', ids: [ids[0]] },
  ])
  expect(new Set(log.durabilities)).toEqual(new Set(['relaxed']))
  reads.note({ did: 'list', module: 'patients', records: ids.map((id) => ({ id, rev })) })
  await pause()
  expect(batches()).toHaveLength(1)
})

test('offline, it is kept over openings, in one chain, and sent in its order when there is a server', async () => {
  const first = aDesk()
  first.server.online = false
  for (let round = 0; round < 3; round += 1) {
    first.reads.note({ did: 'view', module: 'cases', records: [{ id: newId(), rev }] })
    await first.pause()
  }
  first.reads.note({ did: 'lock' })
  await first.reads.close()
  first.reads.note({ did: 'view', module: 'cases', records: [{ id: newId(), rev }] })
  expect(first.requests).toEqual([])

  const second = aDesk(first.log)
  second.reads.note({ did: 'unlock' })
  await second.pause()
  expect(second.batches().map(({ entries }) => entries[0]?.did)).toEqual([
    'view',
    'view',
    'view',
    'lock',
    'unlock',
  ])
  isChain(second.batches())
  expect([...second.log.entries().keys()]).toEqual(['state'])
})

test('the chain goes on from what was sent before', async () => {
  const desk = aDesk()
  desk.reads.note({ did: 'unlock' })
  await desk.pause()
  const later = aDesk(desk.log)
  later.reads.note({ did: 'unlock' })
  await later.pause()
  expect(later.batches()).toHaveLength(1)
  isChain([...desk.batches(), ...later.batches()])
})

test('a search is noted by a keyed hash, once the key is known, and never by its words', async () => {
  const { log, reads, pause, batches } = aDesk()
  await reads.send()
  reads.note({ did: 'search', text: '  Vahl  ANNA ', records: [{ id: newId() }] })
  await pause()
  expect(batches()[0]?.entries[0]?.term).toBe(termOf('a2V5', 'vahl anna'))
  expect(JSON.stringify([...log.entries()])).not.toMatch(/vahl/i)
})

test("each batch says what the device knew of the server's time", async () => {
  const { reads, pause, batches } = aDesk()
  reads.note({ did: 'unlock' })
  await pause()
  reads.note({ did: 'lock' })
  await pause()
  expect(batches().map(({ clock }) => clock)).toEqual([
    null,
    { server: '2026-03-02T10:00:00.000Z', offset: 5000 },
  ])
})

test('the end of the audit that the server named is brought along, and another in its place is told', async () => {
  const { reads, pause, requests, problems, server } = aDesk()
  reads.note({ did: 'unlock' })
  await pause()
  reads.note({ did: 'lock' })
  await pause()
  expect(requests.map(({ known }) => known?.seq ?? null)).toEqual([null, 1])
  expect(problems).toEqual([])
  server.rewritten = true
  reads.note({ did: 'unlock' })
  await pause()
  expect(problems).toEqual(['audit.rewritten'])
})

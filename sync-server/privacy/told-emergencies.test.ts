import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { emergencyIdOf, readBatchHash } from '#app/protocol/index.ts'
import type { EmergencyRecords, ReadBatch, ReadEntry, ReadsAnswer } from '#app/protocol/index.ts'
import { atConsole } from '../testing/console-caller.ts'
import type { ConsoleAsk } from '../testing/console-caller.ts'
import { enrolDevice } from '../testing/test-device.ts'
import type { Refusal, TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'

// What a device that was offline tells of its emergency set, with its chain of reads.

const at = '2026-03-02T10:00:00.000Z'
const opening = {
  reason: 'threat-to-life',
  words: 'Found without consciousness at home',
  until: '2026-03-02T11:00:00.000Z',
} as const

describe.each(['sqlite', 'postgres'] as const)('an emergency that was opened offline, over %s', (dialect) => {
  let server: TestServer
  let clara: TestDevice
  let sofia: TestDevice
  let desk: ConsoleAsk
  beforeAll(async () => {
    server = await startTestServer({ dialect })
    sofia = await enrolDevice(server.url, 'sofia')
    desk = await atConsole(server.url, 'sofia')
    await desk('state-purpose', { purpose: 'privacy', reference: '' })
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    clara = await enrolDevice(server.url, 'clara')
  })

  function chain(...batches: readonly (readonly ReadEntry[])[]): ReadBatch[] {
    const made: ReadBatch[] = []
    for (const entries of batches) {
      const previous = made.at(-1)?.hash ?? ''
      const clock = { server: at, offset: -60_000 }
      const content = { number: made.length + 1, previous, user: clara.userId, clock, entries: [...entries] }
      made.push({ ...content, hash: readBatchHash(clara.deviceId, content) })
    }
    return made
  }
  const tell = async (batches: readonly ReadBatch[]) =>
    (await clara.call<ReadsAnswer & Refusal>('reads', { batches, known: null })).body
  const [emergency, patientId, record] = [newId(), newId(), newId()]
  const opened: ReadEntry = { at, did: 'break-glass', emergency, opening }
  const viewed: readonly ReadEntry[] = [
    { at, did: 'emergency-view', module: 'patients', ids: [patientId], emergency },
    { at, did: 'emergency-view', module: 'observations', ids: [record], emergency },
  ]
  const ended: ReadEntry = { at: '2026-03-02T10:20:00.000Z', did: 'emergency-end', emergency }
  const paperOf = async () => {
    const id = emergencyIdOf(clara.deviceId, emergency)
    return (await desk('emergencies', {})).body.emergencies.find((one) => one.id === id)
  }
  const tasksOf = async () => {
    await sofia.follow('tasks')
    return [...sofia.held.values()].filter(({ created }) => created.by === 'break-glass').length
  }

  it('becomes one paper and one alert, however often it is told, with what was looked at', async () => {
    const before = await tasksOf()
    const batches = chain([opened], viewed, [ended])
    await tell(batches.slice(0, 1))
    expect(await paperOf()).toMatchObject({ patientIds: [], offline: { records: 0, endedAt: null } })
    await tell(batches)
    await tell(batches)
    expect(await paperOf()).toMatchObject({
      by: 'Clara Voss',
      reason: opening.reason,
      words: opening.words,
      patientIds: [patientId],
      // By the device's clock, which was a minute ahead.
      openedAt: '2026-03-02T09:59:00.000Z',
      offline: { records: 1, endedAt: '2026-03-02T10:19:00.000Z' },
      isOwn: false,
      signed: null,
    })
    expect(await tasksOf()).toBe(before + 1)
    const entries = (await server.store.audit.read({ limit: 40 })).filter(
      (one) => one.deviceId === clara.deviceId,
    )
    expect(JSON.stringify(entries)).not.toContain('consciousness')
    expect(entries.find(({ action }) => action === 'break-glass')).toMatchObject({
      actor: clara.userId,
      purpose: opening.reason,
      facts: { emergency: emergencyIdOf(clara.deviceId, emergency) },
    })
    expect(
      entries.filter(({ action }) => action === 'emergency-view').flatMap(({ ids = [] }) => ids),
    ).toEqual(expect.arrayContaining([patientId, record]))
  })

  it('is signed off by somebody else, and again where more was looked at than was signed', async () => {
    const batches = chain([opened], viewed)
    await tell(batches.slice(0, 1))
    const id = emergencyIdOf(clara.deviceId, emergency)
    const verdict = { id, verdict: 'justified', words: 'Confirmed with the ward' } as const
    expect((await desk('sign-emergency', verdict)).body.signed).toMatchObject({ by: 'Sofia Lindgren' })
    await tell(batches)
    expect(await paperOf()).toMatchObject({ signed: null, patientIds: [patientId] })
    expect((await desk('sign-emergency', verdict)).body.signed).toMatchObject({ verdict: 'justified' })
  })

  it('is told where the batch that says why was cut out, and keeps the reason that was told first', async () => {
    const [, second] = chain([opened], viewed)
    if (second === undefined) throw new Error('no chain')
    await tell([second])
    expect(await paperOf()).toMatchObject({ reason: null, words: '', patientIds: [patientId] })
    const forged = { ...opening, reason: 'urgent-care', words: 'Something else altogether' } as const
    clara = await enrolDevice(server.url, 'clara')
    await tell(chain([opened]))
    await tell(chain([{ ...opened, opening: forged }]))
    expect(await paperOf()).toMatchObject({ reason: opening.reason, words: opening.words })
  })

  it('opens nothing at the server, and is nobody else’s by being named alike', async () => {
    await tell(chain([opened]))
    const id = emergencyIdOf(clara.deviceId, emergency)
    const asked = await clara.call<EmergencyRecords & Refusal>('emergencyRecords', { id })
    expect(asked.body.error.code).toBe('access.emergency-over')
    const first = clara
    clara = await enrolDevice(server.url, 'clara')
    await tell(chain([opened]))
    expect(emergencyIdOf(clara.deviceId, emergency)).not.toBe(emergencyIdOf(first.deviceId, emergency))
    expect(await paperOf()).toMatchObject({ words: opening.words })
  })
})

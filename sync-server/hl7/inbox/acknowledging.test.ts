import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId, systemClock } from '#app/kernel/index.ts'
import { encodeFrame } from '../mllp/codec.ts'
import { startHl7 } from '../index.ts'
import type { Hl7 } from '../index.ts'
import { sendMessages } from '../send.ts'
import { inbox, states, textAt } from '../testing/exchange.ts'
import { openHospital } from '../testing/hospital.ts'
import type { Hospital, HospitalOptions } from '../testing/hospital.ts'
import { admit, message, msh, pid } from '../testing/messages.ts'
import { openPartner } from '../testing/partner.ts'
import type { Partner } from '../testing/partner.ts'

// Application acknowledgements, to a machine of their own and on the connection of the message.

let hospital: Hospital
let partner: Partner
let another: Hl7 | null = null

afterEach(async () => {
  await another?.close()
  another = null
  await hospital.close()
})

/** On a machine that has much else to do. */
const soon = { timeout: 15_000, interval: 20 }

const asked = { accept: 'NE', apply: 'AL' } as const
const log = { warn: () => undefined, error: () => undefined }
const listening = { host: '127.0.0.1', port: 0 }

/** What the acknowledged say: MSA-1 and MSA-2 of all that has come. */
const said = (): string[] =>
  partner.received.map((reply) => `${textAt(reply, 'MSA-1')} ${textAt(reply, 'MSA-2')}`)
const queue = async () =>
  (await hospital.store.outbox.list({ limit: 50 })).toReversed().map(({ state }) => state)

const timeless = (controlId: string, header: object = asked): Buffer =>
  message(
    msh({ type: 'SIU^S12', controlId, ...header }),
    'SCH||F1^SCHED',
    'PID|1||1^^^GENERAL^MR||Quillfeather^Jane',
  )

describe.each(['sqlite', 'postgres'] as const)('to a machine of their own, over %s', (dialect) => {
  beforeEach(async () => {
    partner = await openPartner()
  })
  afterEach(() => partner.close())

  const open = async (options: HospitalOptions = {}, port = partner.port) => {
    const replyTo = { host: '127.0.0.1', port, tls: false }
    hospital = await openHospital({ dialect, ...options, settings: { replyTo, ...options.settings } })
  }
  const deliver = (...messages: readonly Buffer[]) =>
    sendMessages('127.0.0.1', hospital.hl7.port, messages, { answersPerMessage: 0 })

  test('each message is told of once, in the order in which they ended; nothing of a patient is in it', async () => {
    await open({ settings: { unsupported: 'park' } })
    const strange = message(msh({ type: 'ZZZ^Z01', controlId: '3', ...asked }), pid)
    const faulty = message(msh({ type: 'ADT^A01', controlId: '4', ...asked }), 'EVN|A01')
    await deliver(admit('1', asked))
    await expect.poll(said, soon).toEqual(['AA 1'])
    await deliver(timeless('2'))
    await expect.poll(said, soon).toEqual(['AA 1', 'AE 2'])
    await deliver(strange, faulty)
    await expect.poll(said, soon).toEqual(['AA 1', 'AE 2', 'AA 3', 'AE 4'])
    await expect.poll(queue, soon).toEqual(['accepted', 'accepted', 'accepted', 'accepted'])
    expect(await states(hospital)).toEqual(['applied', 'dead', 'parked', 'refused'])
    expect(partner.received.join()).not.toMatch(/Vahl|Quillfeather|MR7001/)
    expect(new Set(partner.received.map((reply) => textAt(reply, 'MSH-10'))).size).toBe(4)
    expect(await hospital.store.outbox.list({ limit: 1 })).toMatchObject([
      { kind: 'acknowledgement', messageType: 'ACK^A01', attempts: 1 },
    ])
    expect((await hospital.store.audit.read({ limit: 9 })).map(({ action }) => action)).not.toContain(
      'disclose',
    )
  })

  test('a repeat is told of again, under a number of its own; what is not asked for is not said', async () => {
    await open()
    await deliver(admit('1', asked))
    await expect.poll(said, soon).toEqual(['AA 1'])
    await deliver(
      admit('1', asked),
      timeless('2', { accept: 'NE', apply: 'SU' }),
      admit('3', { accept: 'NE' }),
    )
    await expect.poll(said, soon).toEqual(['AA 1', 'AA 1'])
    await expect.poll(() => states(hospital), soon).toEqual(['applied', 'duplicate', 'dead', 'applied'])
    await expect.poll(queue, soon).toEqual(['accepted', 'accepted'])
    // What a person puts back has been answered.
    expect(await hospital.hl7.deadLetters.replay(3)).toBe(true)
    await hospital.hl7.idle()
    expect(await queue()).toEqual(['accepted', 'accepted'])
  })

  test('waits while nobody listens there, shown with the reason, and goes then in its order', async () => {
    const { port } = partner
    await partner.close()
    await open({}, port)
    for (const number of ['1', '2', '3']) await deliver(admit(number, asked))
    const [feed] = await hospital.store.feeds.list()
    const to = { feedId: feed?.id ?? '', kind: 'acknowledgement' } as const
    await expect
      .poll(async () => hospital.store.outbox.destinations(), soon)
      .toMatchObject([{ ...to, code: 'hl7.destination-unreachable' }])
    await expect.poll(queue, soon).toEqual(['waiting', 'waiting', 'waiting'])
    await hospital.store.outbox.pause(to, '2026-05-11T12:00:00.000Z')
    await hospital.store.outbox.drop(2, '2026-05-11T12:00:00.000Z')
    partner = await openPartner(null, port)
    await hospital.store.outbox.pause(to, null)
    await expect.poll(said, soon).toEqual(['AA 1', 'AA 3'])
    await expect.poll(async () => hospital.store.outbox.destinations(), soon).toMatchObject([{ code: null }])
  })
})

describe.each(['sqlite', 'postgres'] as const)('on the connection of the message, over %s', (dialect) => {
  test('is noted where the sender has gone before it; a repeat gets it', async () => {
    const gate = Promise.withResolvers<void>()
    hospital = await openHospital({
      dialect,
      door: (door) => ({
        feed: async (...given) => {
          await gate.promise
          return door.feed(...given)
        },
      }),
    })
    const socket = connect(hospital.hl7.port, '127.0.0.1')
    socket.write(encodeFrame(admit('1', asked)))
    await expect.poll(() => states(hospital), soon).toEqual(['open'])
    socket.resetAndDestroy()
    await expect.poll(() => hospital.hl7.connections(), soon).toEqual([])
    gate.resolve()
    await expect
      .poll(async () => (await inbox(hospital))[0], soon)
      .toMatchObject({
        state: 'applied',
        facts: { created: 2, unanswered: 'AA' },
      })
    const [answer] = await sendMessages('127.0.0.1', hospital.hl7.port, [admit('1', asked)])
    expect(answer && textAt(answer, 'MSA-1')).toBe('AA')
  })
})

test('what a process left open on a SQLite file when it ended is applied, and noted as unanswered', async () => {
  hospital = await openHospital()
  const { store, door, hl7 } = hospital
  const [feed] = await store.feeds.list()
  await hl7.close()
  const at = '2026-05-11T08:31:00.000Z'
  const left = { feedId: feed?.id ?? '', receivedAt: at, key: null, messageType: 'ADT^A01' }
  await store.inbox.append({ id: newId(), ...left, raw: admit('1', asked) })
  await store.inbox.append({ id: newId(), ...left, raw: admit('2', { accept: 'AL' }) })
  another = await startHl7({ store, door, config: listening, log, clock: systemClock })
  await another.idle()
  const facts = (await inbox(hospital)).map(({ facts: { unanswered } }) => unanswered)
  expect(facts).toEqual(['AA', undefined])
})

test('on the connection of the message it comes, too, where another process applied the message', async () => {
  hospital = await openHospital({ dialect: 'postgres' })
  const { store, door } = hospital
  const gate = Promise.withResolvers<void>()
  const slow: typeof store = {
    ...store,
    transaction: (work) => gate.promise.then(() => store.transaction(work)),
  }
  another = await startHl7({ store: slow, door, config: listening, log })
  const answers = await sendMessages('127.0.0.1', another.port, [admit('1', { accept: 'AL', apply: 'AL' })], {
    answersPerMessage: 2,
  })
  gate.resolve()
  expect(answers.map((answer) => answer && textAt(answer, 'MSA-1'))).toEqual(['CA', 'AA'])
})

test('two processes of one store tell of each message once', async () => {
  partner = await openPartner()
  const replyTo = { host: '127.0.0.1', port: partner.port, tls: false }
  hospital = await openHospital({ dialect: 'postgres', settings: { replyTo } })
  const { store, door } = hospital
  another = await startHl7({ store, door, config: listening, log })
  const both = [hospital.hl7.port, another.port]
  await Promise.all(
    both.map((port) =>
      sendMessages(
        '127.0.0.1',
        port,
        Array.from({ length: 10 }, (_, index) => admit(`${port}-${index}`, { ...asked, accept: 'AL' })),
      ),
    ),
  )
  await expect.poll(() => new Set(said()).size, soon).toBe(20)
  await expect.poll(async () => new Set(await queue()), soon).toEqual(new Set(['accepted']))
  expect(partner.received).toHaveLength(20)
  const order = (await hospital.store.outbox.list({ limit: 20 })).toReversed()
  expect(partner.received.map((reply) => textAt(reply, 'MSH-10'))).toEqual(
    order.map(({ controlId }) => controlId),
  )
  await partner.close()
})

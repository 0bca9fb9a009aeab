import SqliteDatabase from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import { sendMessages } from '../../send.ts'
import { inbox, send, states } from '../../testing/exchange.ts'
import { openHospital, site } from '../../testing/hospital.ts'
import type { Hospital, HospitalOptions } from '../../testing/hospital.ts'
import { admit, book, discharge, message, msh, pid, pv1 } from '../../testing/messages.ts'

let hospital: Hospital | null = null

afterEach(async () => {
  await hospital?.close()
  hospital = null
})

async function open(options: HospitalOptions = {}): Promise<Hospital> {
  hospital = await openHospital(options)
  return hospital
}

describe('when things go wrong', () => {
  test('what is no HL7 is kept, and the connection closed', async () => {
    const here = await open()
    expect(await send(here, Buffer.from('GET / HTTP/1.1'))).toEqual(['closed'])
    expect(await inbox(here)).toMatchObject([
      { state: 'parked', code: 'hl7.not-hl7', facts: { why: 'no-header' }, key: null },
    ])
    expect(await here.hl7.deadLetters.replay(1)).toBe(false)
  })

  test('so is a batch of which neither the header nor a message can be read', async () => {
    const here = await open()
    expect(await send(here, Buffer.from('BHS\rBTS|1\r'))).toEqual(['closed'])
    expect(await inbox(here)).toMatchObject([{ state: 'parked', code: 'hl7.not-hl7' }])
  })

  test('an unsupported type is refused with AR, a missing field with AE; a repeat is judged anew', async () => {
    const here = await open()
    const unsupported = message(msh({ type: 'ADT^A99', controlId: '1' }), pid)
    const incomplete = message(msh({ type: 'ADT^A01', controlId: '2' }), 'EVN|A01', 'PID|1||||Vahl^Jane')
    expect(await send(here, unsupported, incomplete, incomplete)).toEqual(['AR', 'AE', 'AE'])
    expect(await inbox(here)).toMatchObject([
      { state: 'refused', code: 'hl7.unsupported', facts: { type: 'ADT^A99' } },
      { state: 'refused', code: 'hl7.required-missing', facts: { place: 'PID-3' } },
      { state: 'refused' },
    ])
  })

  test('a processing id, a version and a sender that the feed does not take are refused', async () => {
    const senders = [{ application: 'ADT', facility: '*' }]
    const here = await open({ settings: { processingIds: ['P'], senders } })
    const answers = await send(
      here,
      admit('1', { processing: 'T' }),
      admit('2', { version: '3.0' }),
      admit('3', { application: 'STRANGER' }),
      admit('4'),
    )
    expect(answers).toEqual(['AR', 'AR', 'AR', 'AA'])
    expect((await inbox(here))[2]?.code).toBe('hl7.unknown-sender')
  })

  test('a time that the clocks of the zone skipped, or showed twice, is taken and noted', async () => {
    const here = await open()
    const stay = (controlId: string, visit: string, start: string, end: string): Buffer =>
      message(
        msh({ type: 'ADT^A03', controlId }),
        pid,
        pv1({ 2: 'I', 19: `${visit}^^^GENERAL^VN`, 44: start, 45: end }),
      )
    await send(
      here,
      stay('1', 'V1', '20260308023000', '20261101013000'),
      stay('2', 'V2', '20260308023000-0500', '20261101013000-0500'),
    )
    expect((await inbox(here)).map(({ facts }) => facts['unread'])).toEqual([
      'PV1-45: overlap, PV1-44: gap',
      undefined,
    ])
    expect((await here.documents('clinical')).map((visit) => visit['period'])).toEqual([
      { start: '2026-03-08T07:30:00.000Z', end: '2026-11-01T05:30:00.000Z' },
      { start: '2026-03-08T07:30:00.000Z', end: '2026-11-01T06:30:00.000Z' },
    ])
  })

  test('an impossible date is left out and noted, the rest is applied', async () => {
    const here = await open()
    await send(
      here,
      message(msh({ type: 'ADT^A08', controlId: '1' }), 'PID|1||1^^^A^MR||Vahl^Jane||19800231|F'),
    )
    expect(await inbox(here)).toMatchObject([{ state: 'applied', facts: { unread: 'PID-7' } }])
    expect((await here.documents('patients'))[0]).toMatchObject({
      birthDate: null,
      administrativeGender: 'female',
    })
  })

  test('a store that fails gives no answer: the connection is closed', async () => {
    const here = await open()
    await here.store.close()
    const answers = await sendMessages('127.0.0.1', here.hl7.port, [admit('1')])
    expect(answers).toEqual([null])
    expect(here.hl7.stats().intake['own-fault']).toBe(1)
  })

  test('a disk that is full for a while ends no message as dead: it is applied once there is room', async () => {
    let full = 4
    const here = await open({
      door: (door) => ({
        feed: (tx, actor, writes) => {
          full -= 1
          if (full >= 0) throw new SqliteDatabase.SqliteError('database or disk is full', 'SQLITE_FULL')
          return door.feed(tx, actor, writes)
        },
      }),
    })
    expect(await send(here, admit('1'))).toEqual(['AA'])
    expect(await states(here)).toEqual(['applied'])
    expect(full).toBeLessThan(0)
  })

  test('an unknown site is parked; after the table is mended it is replayed', async () => {
    const here = await open({ settings: { sites: [] } })
    expect(await send(here, admit('1'), admit('2', { facility: 'WEST' }))).toEqual(['AA', 'AA'])
    expect((await inbox(here)).map(({ state, code }) => [state, code])).toEqual([
      ['parked', 'hl7.unknown-site'],
      ['parked', 'hl7.unknown-site'],
    ])
    const [feed] = await here.store.feeds.list()
    if (feed === undefined) throw new Error('no feed')
    const sites = [{ sender: 'GENERAL', facility: '*', site }]
    await here.store.feeds.save({ ...feed, settings: { ...(feed.settings as object), sites } })
    await here.hl7.feeds.reload()
    expect(await here.hl7.deadLetters.replay(1)).toBe(true)
    await here.hl7.idle()
    expect(await states(here)).toEqual(['applied', 'parked'])
    expect(await here.hl7.deadLetters.replayAll({ state: 'parked' })).toBe(1)
    await here.hl7.idle()
    expect(await states(here)).toEqual(['applied', 'parked'])
    expect(await here.hl7.deadLetters.replay(1)).toBe(false)
  })

  test('a message without a number is known by its bytes', async () => {
    const here = await open()
    await send(here, admit(''), admit(''), discharge(''))
    expect(await states(here)).toEqual(['applied', 'duplicate', 'applied'])
    expect((await inbox(here))[2]?.facts).not.toHaveProperty('controlIdReused')
  })
})

describe.each(['sqlite', 'postgres'] as const)('what is dead or a repeat, over %s', (dialect) => {
  test('a mapping that fails is answered AA, kept as a dead letter with its place, and holds nothing behind it', async () => {
    const here = await open({ dialect })
    const timeless = message(msh({ type: 'SIU^S12', controlId: '1' }), 'SCH||F1^SCHED', pid)
    expect(await send(here, timeless, book('2'))).toEqual(['AA', 'AA'])
    expect(await inbox(here)).toMatchObject([
      {
        state: 'dead',
        code: 'hl7.unmapped',
        facts: { place: 'SCH-11', why: 'the time of the appointment is absent or unreadable' },
      },
      { state: 'applied' },
    ])
    expect(await here.documents('patients')).toHaveLength(1)
    const view = await here.hl7.deadLetters.view(1)
    expect(view?.tree?.find(({ segment }) => segment === 'SCH')?.fields).toContainEqual(
      expect.objectContaining({ place: 'SCH-2', name: 'Filler appointment ID' }),
    )
  })

  test('a repeat is answered the same and applied once; the same number on another message is applied and flagged', async () => {
    const here = await open({ dialect })
    const first = admit('7')
    expect(await send(here, first, first)).toEqual(['AA', 'AA'])
    expect(await send(here, first, discharge('7'))).toEqual(['AA', 'AA'])
    expect(await states(here)).toEqual(['applied', 'duplicate', 'duplicate', 'applied'])
    expect((await inbox(here))[3]?.facts).toMatchObject({ controlIdReused: true })
  })

  test('the same message on several connections at once is applied once', async () => {
    const here = await open({ dialect })
    const again = Array.from({ length: 6 }, () => send(here, admit('7')))
    expect((await Promise.all(again)).flat()).toEqual(Array(6).fill('AA'))
    await here.hl7.idle()
    expect((await states(here)).toSorted()).toEqual(['applied', ...Array(5).fill('duplicate')])
  })

  test('a fault of ours while applying closes the message as dead after some attempts, and goes on', async () => {
    const here = await open({
      dialect,
      door: (door) => ({
        feed: (tx, actor, writes) => {
          if (writes.some(({ module }) => module === 'appointments')) throw new Error('broken')
          return door.feed(tx, actor, writes)
        },
      }),
    })
    expect(await send(here, book('1'), admit('2'))).toEqual(['AA', 'AA'])
    expect(await states(here)).toEqual(['dead', 'applied'])
    expect(here.faults.length).toBeGreaterThan(0)
  })
})

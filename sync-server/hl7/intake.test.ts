import { afterEach, describe, expect, test } from 'vitest'
import type { InboxSummary } from '../store/contract.ts'
import { connect } from 'node:net'
import { once } from 'node:events'
import { encodeFrame } from './mllp/codec.ts'
import { parseMessage } from './parse/message.ts'
import { valueAt } from './parse/path.ts'
import { sendMessages } from './send.ts'
import { openHospital, site } from './testing/hospital.ts'
import type { Hospital, HospitalOptions } from './testing/hospital.ts'
import {
  admit,
  book,
  discharge,
  message,
  msh,
  pid,
  pv1,
  register,
  result,
  samples,
  update,
} from './testing/messages.ts'

let hospital: Hospital | null = null

afterEach(async () => {
  await hospital?.close()
  hospital = null
})

async function open(options: HospitalOptions = {}): Promise<Hospital> {
  hospital = await openHospital(options)
  return hospital
}

/** Sends one message after the other, waits until they are applied, answers what MSA says. */
async function send({ hl7 }: Hospital, ...messages: readonly Buffer[]): Promise<string[]> {
  const answers = await sendMessages('127.0.0.1', hl7.port, messages)
  await hl7.idle()
  return answers.map((answer) => (answer === null ? 'closed' : at(answer, 'MSA-1')))
}

function at(bytes: Buffer, path: string): string {
  const parsed = parseMessage(bytes)
  if (!parsed.ok) throw new Error(parsed.error.why)
  const value = valueAt(parsed.value, path)
  return value.kind === 'text' ? value.text : ''
}

async function inbox({ store }: Hospital): Promise<readonly InboxSummary[]> {
  return (await store.inbox.list({ limit: 100 })).toReversed()
}

async function states(from: Hospital): Promise<string[]> {
  return (await inbox(from)).map(({ state }) => state)
}

describe('from the wire to the record', () => {
  test('an admission makes the patient and the visit, with where they came from', async () => {
    const here = await open()
    expect(await send(here, admit('1'))).toEqual(['AA'])
    const [patient, ...others] = await here.documents('patients')
    expect(others).toEqual([])
    expect(patient).toMatchObject({
      birthDate: '1980-02-29',
      administrativeGender: 'female',
      names: [
        { use: 'official', family: 'Vahl', given: ['Jane', 'Ottilie'], prefix: ['Ms.'] },
        { use: 'maiden', family: 'Ott' },
      ],
      addresses: [
        {
          use: 'home',
          lines: ['14 Pell Street', 'Unit 2'],
          city: 'Ashby',
          postalCode: '12001',
          country: 'USA',
        },
      ],
      telecoms: [
        { system: 'phone', use: 'home', value: '+1 555 0100201' },
        { system: 'email', value: 'jane.vahl@example.org' },
        { system: 'phone', use: 'work' },
      ],
      languages: [{ language: 'en', preferred: true }],
    })
    const [encounter] = await here.documents('clinical')
    expect(encounter).toMatchObject({
      patientId: patient?.id,
      class: 'inpatient',
      status: 'in-progress',
      period: { start: '2026-05-11T12:15:00.000Z' },
      location: { pointOfCare: '4W', room: '412', bed: 'B', facility: 'GENERAL' },
      attending: { name: 'Dr. Amara Osei', identifiers: [{ value: '1881018420', type: 'NPI' }] },
      reason: { text: 'Chest pain' },
    })
    const [entry] = await inbox(here)
    expect(entry).toMatchObject({ state: 'applied', facts: { created: 2 } })
    expect(patient?.sources['birthDate']).toMatchObject({
      origin: 'feed',
      by: entry?.feedId,
      message: entry?.id,
      at: '2026-05-11T12:30:00.000Z',
    })
    expect(here.faults).toEqual([])
  })

  test('updates find the same patient and visit; an unsaid field stays, "" empties, an identifier is never lost', async () => {
    const here = await open()
    await send(here, admit('1'), update('2', { street: '15 Pell Street' }), discharge('3'))
    expect(await states(here)).toEqual(['applied', 'applied', 'applied'])
    const [patient, ...others] = await here.documents('patients')
    expect(others).toEqual([])
    expect(patient).toMatchObject({
      maritalStatus: expect.objectContaining({}),
      telecoms: [{}, {}, {}],
      identifiers: [{ value: 'EX-44' }, { value: 'MR7001' }].toReversed(),
    })
    const [encounter, ...more] = await here.documents('clinical')
    expect(more).toEqual([])
    expect(encounter).toMatchObject({
      status: 'finished',
      period: { start: '2026-05-11T12:15:00.000Z', end: '2026-05-13T14:30:00.000Z' },
    })
  })

  test('a registration in Latin-1, of a patient whose birth year only is known', async () => {
    const here = await open()
    await send(here, register('1'))
    expect((await here.documents('patients'))[0]).toMatchObject({
      birthDate: '1975',
      names: [{ family: 'Núñez', given: ['José'] }],
      addresses: [{ lines: ['Straße 5'], city: 'Ålesund' }],
    })
    expect((await here.documents('clinical'))[0]).toMatchObject({ class: 'outpatient', status: 'arrived' })
  })

  test('a booking makes the appointment in the time of the site; the filler number finds it again', async () => {
    const here = await open()
    await send(here, book('1'), book('2', { start: '20260521190000+0000' }))
    const [appointment, ...others] = await here.documents('appointments')
    expect(others).toEqual([])
    expect(appointment).toMatchObject({
      status: 'booked',
      start: { local: '2026-05-21T15:00:00', zone: 'America/New_York' },
      durationMinutes: 30,
      practitioner: { name: 'Dr. Amara Osei' },
      service: { codings: [{ system: 'http://www.ama-assn.org/go/cpt', code: '99213' }] },
      note: 'Bring the referral letter\nand a list of medicines',
      patientId: (await here.documents('patients'))[0]?.id,
    })
  })

  test('a result makes one observation for each finding, of every value type', async () => {
    const here = await open()
    await send(here, admit('1'), result('2'))
    const clinical = await here.documents('clinical')
    const encounter = clinical.find(({ kind }) => kind === 'encounter')
    const found = clinical.filter(({ kind }) => kind === 'observation')
    const of = (code: string) =>
      found.find((one) => (one['code'] as { codings: { code: string }[] }).codings[0]?.code === code)
    expect(found).toHaveLength(10)
    expect(of('2951-2')).toMatchObject({
      encounterId: encounter?.id,
      status: 'final',
      category: 'laboratory',
      value: { type: 'quantity', quantity: { value: '139', unit: 'mmol/L', code: 'mmol/L' } },
      referenceRange: { low: '136', high: '145' },
      interpretation: ['N'],
      effectiveAt: '2026-05-11T13:10:00.000Z',
      issuedAt: '2026-05-11T14:15:00.000Z',
      notes: ['Repeated'],
      panel: { codings: [{ code: '24321-2' }] },
    })
    expect(of('1988-5')?.['value']).toMatchObject({ quantity: { value: '5', comparator: '<' } })
    expect(of('600-7')?.['value']).toMatchObject({
      type: 'coded',
      concept: { codings: [{ code: '112283007' }] },
    })
    expect(of('8251-1')?.['value']).toEqual({ type: 'text', text: 'first line\nsecond line' })
    expect(of('11368-8')?.['value']).toEqual({ type: 'moment', moment: '2026-05-09' })
    expect(of('X-TIME')?.['value']).toEqual({ type: 'time', time: '09:15:00' })
    expect(of('11502-2')).toMatchObject({
      value: null,
      notes: ['A document came with this result (Application PDF).'],
    })
    expect(of('2160-0')?.['value']).toEqual({ type: 'text', text: 'see note' })
    expect(of('5196-1')?.['value']).toMatchObject({ type: 'range', low: '1', high: '128', separator: ':' })
    expect((await inbox(here))[1]?.facts).toMatchObject({ unread: 'OBX[9]-5' })
  })

  test('a result goes from preliminary to final to corrected; an older status never returns', async () => {
    const here = await open()
    const sodium = async () => {
      const found = (await here.documents('clinical')).filter(({ kind }) => kind === 'observation')
      expect(found).toHaveLength(10)
      const one = found.find((each) => (each['code'] as { text?: string }).text === 'Sodium')
      return [one?.['status'], (one?.['value'] as { quantity: { value: string } }).quantity.value]
    }
    await send(here, result('1', { status: 'P', sodium: '140' }))
    expect(await sodium()).toEqual(['preliminary', '140'])
    await send(here, result('2', { status: 'F', sodium: '139' }))
    await send(here, result('3', { status: 'P', sodium: '140' }))
    expect(await sodium()).toEqual(['final', '139'])
    await send(here, result('4', { status: 'C', sodium: '141' }))
    await send(here, result('5', { status: 'F', sodium: '139' }))
    expect(await sodium()).toEqual(['corrected', '141'])
    expect((await inbox(here)).map(({ facts }) => facts['stale'])).toEqual([
      undefined,
      undefined,
      10,
      undefined,
      10,
    ])
  })

  test('a result makes a patient that is not known, and changes none that is', async () => {
    const here = await open()
    await send(here, result('1'))
    const [made] = await here.documents('patients')
    expect(made).toMatchObject({ names: [{ family: 'Vahl' }, {}], siteIds: [expect.any(String)] })
    const other = result('2').toString().replace('14 Pell Street', '99 Elsewhere')
    await send(here, Buffer.from(other))
    expect((await here.documents('patients'))[0]?.['addresses']).toMatchObject([
      { lines: ['14 Pell Street', 'Unit 2'] },
    ])
  })

  test.each(samples())('$name is applied', async ({ bytes }) => {
    const here = await open()
    expect(await send(here, bytes)).toEqual(['AA'])
    expect(await states(here)).toEqual(['applied'])
    expect(here.faults).toEqual([])
  })
})

describe('who the patient is', () => {
  const known = (controlId: string, identifiers: string, name = 'Vahl^Jane', birth = '19800229') =>
    message(
      msh({ type: 'ADT^A08', controlId }),
      'EVN|A08|20260511083000',
      `PID|1||${identifiers}||${name}||${birth}|F`,
    )

  test('an identifier without authority, or with half of it, is of the authority of the feed', async () => {
    const here = await open({ settings: { authority: { namespace: 'HOUSE', universalId: '2.999.5' } } })
    await send(here, known('1', '55'), known('2', '55^^^HOUSE^MR'), known('3', '55^^^&2.999.5&ISO^MR'))
    await send(here, known('4', '55^^^ELSEWHERE^MR'))
    expect(await here.documents('patients')).toHaveLength(2)
  })

  test('the universal id of an authority counts before its name', async () => {
    const here = await open()
    await send(here, known('1', '55^^^A&2.999.7&ISO^MR'), known('2', '55^^^B&2.999.7&ISO^MR'))
    expect(await here.documents('patients')).toHaveLength(1)
  })

  test('two identifiers of two patients park the message', async () => {
    const here = await open()
    await send(here, known('1', '1^^^A^MR'), known('2', '2^^^A^MR'), known('3', '1^^^A^MR~2^^^A^MR'))
    expect((await inbox(here)).at(-1)).toMatchObject({
      state: 'parked',
      code: 'hl7.identity-conflict',
      facts: { place: 'PID-3', patients: 2 },
    })
  })

  test('another name and another birth date under one number park the message', async () => {
    const here = await open()
    await send(here, known('1', '1^^^A^MR'), known('2', '1^^^A^MR', 'Other^Person', '19510101'))
    expect((await inbox(here)).at(-1)).toMatchObject({ state: 'parked', code: 'hl7.identity-conflict' })
    await send(
      here,
      known('3', '1^^^A^MR', 'Married^Jane'),
      known('4', '1^^^A^MR', 'Married^Jane', '19800228'),
    )
    expect((await states(here)).slice(2)).toEqual(['applied', 'applied'])
  })

  test('a social security number finds nobody', async () => {
    const here = await open()
    await send(here, known('1', '1^^^A^MR~000-00-0001^^^USSSA^SS'), known('2', '000-00-0001^^^USSSA^SS'))
    expect(await states(here)).toEqual(['applied', 'dead'])
    expect((await inbox(here))[1]).toMatchObject({ code: 'hl7.unmapped', facts: { place: 'PID-3' } })
    await send(here, known('3', '9^^^A^MR~000-00-0001^^^USSSA^SS', 'Else^Anne', '19900101'))
    expect(await here.documents('patients')).toHaveLength(2)
  })
})

describe('when things go wrong', () => {
  test('what is no HL7 is kept, and the connection closed', async () => {
    const here = await open()
    expect(await send(here, Buffer.from('GET / HTTP/1.1'))).toEqual(['closed'])
    expect(await inbox(here)).toMatchObject([
      { state: 'parked', code: 'hl7.not-hl7', facts: { why: 'no-header' }, key: null },
    ])
    expect(await here.hl7.deadLetters.replay(1)).toBe(false)
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

  test('a mapping that fails is answered AA, kept as a dead letter with its place, and holds nothing behind it', async () => {
    const here = await open()
    const backwards = message(
      msh({ type: 'ADT^A03', controlId: '1' }),
      'EVN|A03|20260511083000',
      pid,
      pv1({ 2: 'I', 19: 'V1', 44: '20260511', 45: '20260501' }),
    )
    expect(await send(here, backwards, book('2'))).toEqual(['AA', 'AA'])
    expect(await inbox(here)).toMatchObject([
      {
        state: 'dead',
        code: 'hl7.unmapped',
        facts: { place: 'PV1-45', why: 'a value does not fit its field' },
      },
      { state: 'applied' },
    ])
    expect(await here.documents('patients')).toHaveLength(1)
    const view = await here.hl7.deadLetters.view(1)
    expect(view?.tree?.find(({ segment }) => segment === 'PV1')?.fields).toContainEqual(
      expect.objectContaining({ place: 'PV1-45', text: '20260501' }),
    )
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
    expect(await here.hl7.deadLetters.replayAll('parked')).toBe(1)
    await here.hl7.idle()
    expect(await states(here)).toEqual(['applied', 'parked'])
    expect(await here.hl7.deadLetters.replay(1)).toBe(false)
  })

  test('a repeat is answered the same and applied once; the same number on another message is applied and flagged', async () => {
    const here = await open()
    const first = admit('7')
    expect(await send(here, first, first)).toEqual(['AA', 'AA'])
    expect(await send(here, first, discharge('7'))).toEqual(['AA', 'AA'])
    expect(await states(here)).toEqual(['applied', 'duplicate', 'duplicate', 'applied'])
    expect((await inbox(here))[3]?.facts).toMatchObject({ controlIdReused: true })
  })

  test('the same message on several connections at once is applied once', async () => {
    const here = await open()
    const again = Array.from({ length: 6 }, () => send(here, admit('7')))
    expect((await Promise.all(again)).flat()).toEqual(Array(6).fill('AA'))
    await here.hl7.idle()
    expect((await states(here)).toSorted()).toEqual(['applied', ...Array(5).fill('duplicate')])
  })

  test('a message without a number is known by its bytes', async () => {
    const here = await open()
    await send(here, admit(''), admit(''), discharge(''))
    expect(await states(here)).toEqual(['applied', 'duplicate', 'applied'])
    expect((await inbox(here))[2]?.facts).not.toHaveProperty('controlIdReused')
  })

  test('a store that fails gives no answer: the connection is closed', async () => {
    const here = await open()
    await here.store.close()
    const answers = await sendMessages('127.0.0.1', here.hl7.port, [admit('1')])
    expect(answers).toEqual([null])
    expect(here.hl7.stats().intake['own-fault']).toBe(1)
  })

  test('a fault of ours while applying closes the message as dead after some attempts, and goes on', async () => {
    const here = await open({
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

describe('enhanced mode', () => {
  test('CA after the commit, AA after applying, in their order', async () => {
    const here = await open()
    const answers = await sendMessages(
      '127.0.0.1',
      here.hl7.port,
      [admit('1', { accept: 'AL', apply: 'AL' }), discharge('2', { accept: 'AL', apply: 'AL' })],
      { answersPerMessage: 2 },
    )
    const said = answers.map((answer) =>
      answer === null ? null : [at(answer, 'MSA-1'), at(answer, 'MSA-2')],
    )
    expect(said).toEqual([
      ['CA', '1'],
      ['AA', '1'],
      ['CA', '2'],
      ['AA', '2'],
    ])
  })

  test('a mapping fault is AE to the application, a repeat of it too; nothing of the patient is in it', async () => {
    const here = await open()
    const broken = message(
      msh({ type: 'SIU^S12', controlId: '1', accept: 'NE', apply: 'ER' }),
      'SCH||F1',
      'PID|1||1^^^A^MR||Secretname^Jane',
    )
    for (const answer of await sendMessages('127.0.0.1', here.hl7.port, [broken, broken])) {
      expect(answer === null ? null : at(answer, 'MSA-1')).toBe('AE')
      expect(answer?.toString()).toContain('SCH')
      expect(answer?.toString()).not.toContain('Secretname')
    }
  })

  test('never and never answers nothing', async () => {
    const here = await open()
    const socket = connect(here.hl7.port, '127.0.0.1')
    const silent = admit('1', { accept: 'NE', apply: 'NE' })
    const asked = discharge('2')
    socket.write(Buffer.concat([encodeFrame(silent), encodeFrame(asked)]))
    const [packet] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    expect(packet.toString()).toContain('MSA|AA|2')
    expect(packet.toString()).not.toContain('|AA|1')
    await here.hl7.idle()
    expect(await states(here)).toEqual(['applied', 'applied'])
  })
})

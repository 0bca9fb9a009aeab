import { afterEach, describe, expect, it, test } from 'vitest'
import { codeTableNumbers, codeTables, standardCode } from './code-tables.ts'
import type { CodeRow } from './code-tables.ts'
import { feedSettingsSchema } from './feed-settings.ts'
import type { FeedSettings } from './feed-settings.ts'
import { adt, nextTime, pidOf } from './testing/events.ts'
import { send, states } from './testing/exchange.ts'
import { openHospital } from './testing/hospital.ts'
import type { Hospital } from './testing/hospital.ts'
import { message, msh, pv1 } from './testing/messages.ts'
import { atTheDesk } from './testing/person.ts'

let here: Hospital | null = null

afterEach(async () => {
  await here?.close()
  here = null
})

const own: readonly CodeRow[] = [
  { table: '0001', code: 'K', means: 'F' },
  { table: '0002', code: '2', means: 'M' },
  { table: '0004', code: 'STAT', means: 'I' },
  { table: '0278', code: 'FIXED-1', means: 'ARRIVED' },
  { table: '0085', code: 'OK', means: 'F' },
  { table: '0063', code: 'MUM', means: 'MTH' },
  { table: '0119', code: 'STORNO', means: 'CA' },
]

async function open(
  dialect: 'sqlite' | 'postgres',
  codes: FeedSettings['codes'] = [...own],
): Promise<Hospital> {
  here = await openHospital({ dialect, settings: { codes } })
  return here
}

/** A patient, their stay, mother, booking, order and finding, each told by a code. */
function story(codes: Readonly<Record<'sex' | 'married' | 'kind' | 'booked' | 'result' | 'kin', string>>) {
  const { sex, married, kind, booked, result, kin } = codes
  const pid = `${pidOf('1').replace(/F$/, sex)}${'|'.repeat(8)}${married}`
  const head = (type: string) => msh({ type, controlId: nextTime(), time: nextTime() })
  return [
    adt('A01', pid, `NK1|1|Vahl^Ann|${kin}`, pv1({ 2: kind, 19: 'V1^^^GENERAL^VN' })),
    message(
      head('SIU^S14'),
      `SCH||F1^SCHED|||||||||^^30^20260520143000||||||||||||||${booked}`,
      pidOf('1'),
      'RGS|1',
    ),
    message(
      head('ORU^R01'),
      pidOf('1'),
      'OBR|1||L-1^LAB|24321-2^Panel^LN|||20260511091000',
      `OBX|1|NM|2951-2^Sodium^LN||139|mmol/L|||||${result}`,
    ),
  ] as const
}
const theirs = {
  sex: 'k',
  married: '2^verheiratet^L',
  kind: 'Stat',
  booked: 'FIXED-1',
  result: 'OK',
  kin: 'MUM',
}

async function read(from: Hospital) {
  const [patient, visit, booking, finding, mother] = await Promise.all(
    (['patients', 'encounters', 'appointments', 'observations', 'related-persons'] as const).map(
      async (module) => (await from.records(module))[0],
    ),
  )
  return {
    patient: patient?.['administrativeGender'],
    married: patient?.['maritalStatus'],
    visit: visit?.['class'],
    booking: booking?.['status'],
    finding: finding?.['status'],
    kin: (mother?.['relationship'] as { codings: { code: string }[] }[] | undefined)?.[0]?.codings[0]?.code,
  }
}

const v2 = (table: string, code: string, display: string) => ({
  codings: [{ system: `http://terminology.hl7.org/CodeSystem/v2-${table}`, code, display }],
  text: display,
})

describe.each(['sqlite', 'postgres'] as const)('codes of a sender’s own, over %s', (dialect) => {
  test('are read as what the feed says that they stand for, and seen so at the desk', async () => {
    const hospital = await open(dialect)
    await send(hospital, ...story(theirs))
    expect(await states(hospital)).toEqual(['applied', 'applied', 'applied'])
    expect(await read(hospital)).toEqual({
      patient: 'female',
      married: v2('0002', 'M', 'verheiratet'),
      visit: 'inpatient',
      booking: 'arrived',
      finding: 'final',
      kin: 'MTH',
    })
    const [patient] = await hospital.records('patients')
    const carla = await atTheDesk(hospital)
    expect(patient && (await carla.see('patients', patient.id))).toMatchObject({
      administrativeGender: 'female',
    })
    expect((await hospital.store.inbox.entry(1))?.facts).toMatchObject({ settings: 1 })
  })

  test('are what they were where the feed says nothing of them', async () => {
    const hospital = await open(dialect, [])
    await send(hospital, ...story(theirs))
    expect(await read(hospital)).toMatchObject({
      patient: 'unknown',
      married: { codings: [{ system: 'urn:rounds:local:L', code: '2' }] },
      visit: 'other',
      booking: 'booked',
      finding: 'unknown',
      kin: 'MUM',
    })
  })
})

test('a code of HL7 keeps its meaning beside rows about others', async () => {
  const hospital = await open('sqlite')
  await send(
    hospital,
    ...story({ sex: 'M', married: 'W', kind: 'E', booked: 'BOOKED', result: 'P', kin: 'SIS' }),
  )
  expect(await read(hospital)).toMatchObject({
    patient: 'male',
    married: { codings: [{ code: 'W' }] },
    visit: 'emergency',
    booking: 'booked',
    finding: 'preliminary',
    kin: 'SIS',
  })
})

test('an order is taken back by a word of their own', async () => {
  const hospital = await open('sqlite')
  const order = (control: string) =>
    message(
      msh({ type: 'ORM^O01', controlId: nextTime(), time: nextTime() }),
      pidOf('1'),
      `ORC|${control}|O-1^DESK`,
      'OBR|1|O-1^DESK||24321-2^Panel^LN',
    )
  await send(hospital, order('STORNO'))
  expect((await hospital.store.inbox.entry(1))?.code).toBe('hl7.unknown-cancelled')
  await send(hospital, order('NW'), order('storno'))
  expect(await hospital.records('orders')).toMatchObject([{ status: 'revoked' }])
})

describe('the rows', () => {
  const issues = (row: object) => {
    const settings = {
      senders: [{ application: '*', facility: '*' }],
      zone: 'UTC',
      charset: null,
      authority: { namespace: 'X' },
      sites: [],
      ownership: {},
      processingIds: [],
      acknowledge: 'original',
      codes: [row],
    }
    return feedSettingsSchema.safeParse(settings).error?.issues.map(({ path }) => path.join('.')) ?? []
  }

  it('name a table that is read, and a code of it', () => {
    expect(issues({ table: '0001', code: 'k', means: 'F' })).toEqual([])
    expect(issues({ table: '0001', code: 'K', means: 'purple' })).toEqual(['codes.0.means'])
    expect(issues({ table: '0001', code: 'K', means: 'toString' })).toEqual(['codes.0.means'])
    expect(issues({ table: '9999', code: 'K', means: 'F' })).toEqual(['codes.0.table'])
    expect(issues({ table: '0001', code: ' ', means: 'F' })).toEqual(['codes.0.code'])
  })

  it('leave every code that they do not name as it came', () => {
    for (const table of codeTableNumbers)
      for (const code of Object.keys(codeTables[table].codes))
        expect(standardCode({ codes: [...own] }, table, code)).toBe(code)
  })
})

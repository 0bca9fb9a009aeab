import { afterEach, describe, expect, test } from 'vitest'
import { isSensitivityScope } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { adt, mrn, pidOf } from '../testing/events.ts'
import { send, states } from '../testing/exchange.ts'
import { openHospital } from '../testing/hospital.ts'
import type { Hospital, HospitalOptions } from '../testing/hospital.ts'
import { admit, message, msh, pid, pv1, result } from '../testing/messages.ts'

let hospital: Hospital | null = null

afterEach(async () => {
  await hospital?.close()
  hospital = null
})

async function open(options: HospitalOptions = {}): Promise<Hospital> {
  hospital = await openHospital(options)
  return hospital
}

/** What the records of a kind are marked with, each; the marked ones first. */
async function marks(here: Hospital, module: ModuleName): Promise<string[][]> {
  const records = await here.records(module)
  return records
    .map(({ scopes }) => scopes.filter(isSensitivityScope).map((scope) => scope.slice(12)))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

const visit = (fields: Readonly<Record<number, string>> = {}) =>
  pv1({ 2: 'I', 19: 'V-1^^^GENERAL^VN', ...fields })
const diagnosis = 'DG1|1||F11.20^Opioid dependence^I10C|||A'
const pd1 = (protection: string) => `PD1||||||||||||${protection}`

describe.each(['sqlite', 'postgres'] as const)('what a message marks, over %s', (dialect) => {
  test('a protected person is restricted, and all that is theirs with them, now and later', async () => {
    const here = await open({ dialect })
    await send(
      here,
      adt('A01', '1', pd1('Y'), visit(), diagnosis),
      adt('A01', '2', visit({ 19: 'V-2^^^GENERAL^VN' })),
    )
    expect(await marks(here, 'patients')).toEqual([['restricted'], []])
    expect(await marks(here, 'encounters')).toEqual([['restricted'], []])
    expect(await marks(here, 'conditions')).toEqual([['restricted']])
    // Silence and "no" take nothing away, and what comes later is the restricted person's.
    await send(here, adt('A08', '1', pd1('N'), visit()), adt('A04', '1', visit({ 19: 'V-3^^^GENERAL^VN' })))
    expect(await marks(here, 'patients')).toEqual([['restricted'], []])
    expect(await marks(here, 'encounters')).toEqual([['restricted'], ['restricted'], []])
    expect(await states(here)).toEqual(['applied', 'applied', 'applied', 'applied'])
  })

  test('a marked visit hides what was done in it, and the person can be found', async () => {
    const here = await open({ dialect })
    await send(here, adt('A01', '1', visit({ 16: 'VIP' }), diagnosis))
    expect(await marks(here, 'patients')).toEqual([[]])
    expect(await marks(here, 'encounters')).toEqual([['restricted']])
    expect(await marks(here, 'conditions')).toEqual([['restricted']])
    // A result that names the visit and knows nothing of its mark.
    const order = 'OBR|1||L-1^LAB|24321-2^Panel^LN|||20260511091000'
    const finding = 'OBX|1|NM|2951-2^Sodium^LN||139|mmol/L|||||F'
    await send(here, message(msh({ type: 'ORU^R01', controlId: 'R1' }), pidOf('1'), visit(), order, finding))
    expect(await marks(here, 'observations')).toEqual([['restricted']])
    expect(await marks(here, 'diagnostic-reports')).toEqual([['restricted']])
  })
})

describe('codes', () => {
  test.each([
    ['PV1-16', visit({ 16: 'N' }), [], []],
    ['PV1-16', visit({ 16: 'Q9' }), [], ['restricted']],
    ['PV1-16, words without a code', visit({ 16: '^Celebrity' }), [], ['restricted']],
    ['ARV of the person', `ARV|1|A|ALL\r${visit()}`, ['restricted'], ['restricted']],
    ['ARV of the person, a matter', `ARV|1|A|PSY\r${visit()}`, [], ['behavioural-health']],
    ['ARV of the visit', `${visit()}\rARV|1|A|HIV`, [], ['hiv']],
    ['ARV, unknown', `${visit()}\rARV|1|A|QQ`, [], ['restricted']],
    ['ARV, taken back', `${visit()}\rARV|1|D|HIV`, [], []],
    ['ARV, not in a directory', `ARV|1|A|OO\r${visit()}`, [], []],
    ['CON, refused', `${visit()}\rCON|1|001|||||||||R`, ['restricted'], ['restricted']],
    ['CON, granted', `${visit()}\rCON|1|001|||||||||A`, [], []],
    ['CON, to a procedure', `${visit()}\rCON|1|014|||||||||R`, [], []],
    ['CON, of a type that nobody knows', `${visit()}\rCON|1|X7|||||||||X`, ['restricted'], ['restricted']],
    ['PD1-12, unknown', `${pd1('?')}\r${visit()}`, ['restricted'], ['restricted']],
  ])('%s', async (_, segments, ofPatient, ofVisit) => {
    const here = await open()
    await send(here, adt('A01', '1', ...segments.split('\r')))
    expect(await states(here)).toEqual(['applied'])
    expect(await marks(here, 'patients')).toEqual([ofPatient])
    expect(await marks(here, 'encounters')).toEqual([ofVisit])
  })

  test('MSH-8 speaks for all of the message', async () => {
    const here = await open()
    const secured = (code: string, id: string) =>
      Buffer.from(admit(id).toString().replace('|20260511083000||ADT', `|20260511083000|${code}|ADT`))
    await send(here, secured('N', '1'))
    expect(await marks(here, 'patients')).toEqual([[]])
    await send(here, secured('SUD', '2'))
    expect(await marks(here, 'patients')).toEqual([[]])
    expect(await marks(here, 'encounters')).toEqual([['substance-use']])
    await send(here, secured('R', '3'))
    expect(await marks(here, 'patients')).toEqual([['restricted']])
    expect(await marks(here, 'encounters')).toEqual([['substance-use', 'restricted']])
  })

  test('a matter that is stated of a person alone is the person’s', async () => {
    const here = await open()
    await send(here, adt('A31', '1', 'ARV|1|A|HIV'))
    expect(await marks(here, 'patients')).toEqual([['hiv']])
  })

  test('of two patients of a message each has their own', async () => {
    const here = await open()
    await send(here, adt('A17', '1', visit({ 16: 'VIP' }), pidOf('2', 2), visit({ 19: 'V-2^^^GENERAL^VN' })))
    expect(await marks(here, 'encounters')).toEqual([['restricted'], []])
  })

  test('what is ordered, found or written marks itself alone', async () => {
    const here = await open()
    const order = 'OBR|1||L-1^LAB|75622-1^HIV 1 and 2 tests^LN|||20260511091000'
    const finding = 'OBX|1|ST|2951-2^Sodium^LN||139||||||F'
    const other = 'OBR|2||L-2^LAB|24321-2^Panel^LN^L77^Own^L|||20260511091000'
    const found = 'OBX|1|ST|7917-8^HIV 1 Ab^LN||negative||||||F'
    const lab = message(msh({ type: 'ORU^R01', controlId: 'R1' }), pidOf('1'), order, finding, other, found)
    const text = 'OBX|1|TX|18842-5^Summary^LN||Rests'
    const letter = (label: string, number: string) =>
      message(
        msh({ type: 'MDM^T02', controlId: number }),
        pidOf('1'),
        `TXA|1|DS|TX|||||||||${number}^DOC||||AU||${label}`,
        text,
      )
    await send(here, lab, letter('V', 'D1'), letter('U', 'D2'), letter('ZZ', 'D3'))
    expect(await states(here)).toEqual(['applied', 'applied', 'applied', 'applied'])
    expect(await marks(here, 'patients')).toEqual([[]])
    expect(await marks(here, 'diagnostic-reports')).toEqual([['hiv'], []])
    expect(await marks(here, 'observations')).toEqual([['hiv'], ['hiv']])
    expect(await marks(here, 'documents')).toEqual([['restricted'], ['restricted'], []])
  })

  test('a marked diagnosis and a marked booking', async () => {
    const here = await open()
    const marked = `DG1|1||F32.9^Depression^I10C|||A${'|'.repeat(12)}Y`
    const booking = message(
      msh({ type: 'SIU^S12', controlId: 'S1' }),
      'SCH||F-1^SCHED|||||||30|MIN|^^30^20260520143000',
      pidOf('1'),
      'RGS|1',
      'AIS|1||90837^Psychotherapy^C4',
    )
    await send(here, adt('A01', '1', visit(), marked), booking)
    expect(await marks(here, 'conditions')).toEqual([['restricted']])
    expect(await marks(here, 'encounters')).toEqual([[]])
    expect(await marks(here, 'appointments')).toEqual([['behavioural-health']])
  })
})

test('a row of the feed comes before the table of the house, and * after the rows above it', async () => {
  const here = await open({
    settings: {
      confidentiality: [
        { place: 'PV1-16', code: 'd', marks: 'substance-use' },
        { place: 'PV1-16', code: '*', marks: 'nothing' },
        { place: 'OBR-4', code: 'L77', marks: 'genetic' },
        { place: 'OBR-4', code: '86703', marks: 'nothing' },
      ],
    },
  })
  const lab = (id: string, code: string) =>
    message(msh({ type: 'ORU^R01', controlId: id }), pid, `OBR|1||${id}^LAB|${code}|||20260511091000`)
  await send(
    here,
    adt('A01', '1', visit({ 16: 'D' })),
    adt('A01', '2', visit({ 16: 'VIP', 19: 'V-2^^^GENERAL^VN' })),
  )
  await send(here, lab('R1', 'L77^Own^L'), lab('R2', '86703^HIV^C4'), lab('R3', 'X^Own^L^86701^HIV^C4'))
  expect(await marks(here, 'encounters')).toEqual([['substance-use'], []])
  expect(await marks(here, 'diagnostic-reports')).toEqual([['genetic'], ['hiv'], []])
})

test('who lives on after a merge is as sensitive as who ended', async () => {
  const here = await open()
  await send(here, adt('A28', '1', pd1('Y')), adt('A28', '2'), adt('A40', '2', `MRG|${mrn('1')}`))
  expect(await marks(here, 'patients')).toEqual([['restricted'], ['restricted']])
})

test('an ordinary result stays ordinary', async () => {
  const here = await open()
  await send(here, result('R1'))
  expect((await marks(here, 'observations')).flat()).toEqual([])
})

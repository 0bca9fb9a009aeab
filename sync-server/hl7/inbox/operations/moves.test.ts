import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AnyDocument } from '#app/kernel/index.ts'
import { admitted, adt, adtAt, byNumber, mrn, nextTime, numbersIn, pidOf } from '../../testing/events.ts'
import { inbox, send } from '../../testing/exchange.ts'
import { openHospital } from '../../testing/hospital.ts'
import type { Hospital } from '../../testing/hospital.ts'
import { message, msh, pv1 } from '../../testing/messages.ts'

let here: Hospital

beforeEach(async () => {
  here = await openHospital()
})
afterEach(() => here.close())

const visitNumber = (number: string): string => `${number}^^^GENERAL^VN`
const account = (person: string, number: string): string => `${pidOf(person)}||||||||||${number}^^^GENERAL^AN`

/** One sodium, found during a visit. */
function finding(person: string, visit: string): Buffer {
  return message(
    msh({ type: 'ORU^R01', controlId: `R-${nextTime()}`, application: 'LAB', time: nextTime() }),
    pidOf(person),
    pv1({ 2: 'I', 19: visitNumber(visit) }),
    `OBR|1||L-${visit}^LAB|24321-2^Panel^LN`,
    'OBX|1|NM|2951-2^Sodium^LN||139|mmol/L|||||F',
  )
}

async function patient(number: string): Promise<AnyDocument> {
  return byNumber(await here.records('patients'), number)
}

async function last() {
  return (await inbox(here)).at(-1)
}

describe('visits and accounts', () => {
  test('A42: a visit turns out to be another one; what hangs on it and its number go there', async () => {
    await send(here, admitted('1', 'V1'), admitted('1', 'V2'), finding('1', 'V2'))
    await send(
      here,
      adt('A42', '1', `MRG|${mrn('1')}||||${visitNumber('V2')}`, pv1({ 2: 'I', 19: visitNumber('V1') })),
    )
    expect(await last()).toMatchObject({ state: 'applied' })
    const visits = await here.records('encounters')
    const ended = visits.find(({ status }) => status === 'entered-in-error')
    const living = visits.find(({ status }) => status !== 'entered-in-error')
    expect(visits).toHaveLength(2)
    expect(numbersIn(ended as AnyDocument)).toMatchObject([{ value: 'V2' }])
    expect(numbersIn(living as AnyDocument)).toMatchObject([{ value: 'V1' }, { value: 'V2', use: 'old' }])
    expect(await here.records('observations')).toMatchObject([{ encounterId: living?.id }])
    // What is said of the old number from now on is said of the visit that lives on.
    await send(here, adt('A03', '1', pv1({ 2: 'I', 19: visitNumber('V2'), 45: '20260513103000' })))
    const after = await here.records('encounters')
    expect(after.find(({ id }) => id === living?.id)).toMatchObject({ status: 'finished' })
    expect(after).toHaveLength(2)
    expect(here.faults).toEqual([])
  })

  test('A44: what is kept under an account goes to the patient of PID, with what hangs on it', async () => {
    const stay = pv1({ 2: 'I', 19: visitNumber('V1'), 44: '20260511081500' })
    await send(here, adt('A01', account('1', 'ACC-1'), stay), admitted('1', 'V9'), admitted('2', 'V2'))
    await send(here, finding('1', 'V1'))
    await send(here, adt('A44', account('2', 'ACC-1'), `MRG|${mrn('1')}||ACC-1^^^GENERAL^AN`))
    expect(await last()).toMatchObject({ state: 'applied' })
    const visits = await here.records('encounters')
    const [one, two] = [await patient('1'), await patient('2')]
    expect(byNumber(visits, 'V1')['patientId']).toBe(two.id)
    expect(byNumber(visits, 'V9')['patientId']).toBe(one.id)
    expect(await here.records('observations')).toMatchObject([{ patientId: two.id }])
    expect(visits).toHaveLength(3)
    expect(here.faults).toEqual([])
  })
})

test('a late event about the patient of before does not take a visit back', async () => {
  const stay = pv1({ 2: 'I', 3: 'WARD1', 19: visitNumber('V1') })
  await send(here, admitted('1', 'V1'), admitted('2', 'V2'))
  const early = nextTime()
  await send(here, adt('A45', '2', `MRG|${mrn('1')}||||${visitNumber('V1')}`, stay))
  const two = await patient('2')
  expect(byNumber(await here.records('encounters'), 'V1')['patientId']).toBe(two.id)
  await send(here, adtAt(early, 'A08', '1', stay))
  expect(byNumber(await here.records('encounters'), 'V1')['patientId']).toBe(two.id)
  expect(await here.records('encounters')).toHaveLength(2)
})

describe('numbers', () => {
  test('A43: the only number of a record goes to another patient, and the record with it', async () => {
    await send(here, admitted('1', 'V1'), admitted('2', 'V2'), adt('A43', '2', `MRG|${mrn('1')}`))
    expect(await last()).toMatchObject({ state: 'applied' })
    const [one, two] = [await patient('1'), await patient('2')]
    expect(one['mergedIntoId']).toBe(two.id)
    for (const visit of await here.records('encounters')) expect(visit['patientId']).toBe(two.id)
  })

  test('A43: a number of a record that has others waits for a person, and changes nothing', async () => {
    const both = pidOf('1').replace(mrn('1'), `${mrn('1')}~${mrn('1b')}`)
    await send(here, adt('A01', both, pv1({ 2: 'I', 19: visitNumber('V1') })), admitted('2', 'V2'))
    await send(here, adt('A43', '2', `MRG|${mrn('1')}`))
    expect(await last()).toMatchObject({
      state: 'parked',
      code: 'hl7.needs-decision',
      facts: { place: 'MRG-1' },
    })
    expect((await patient('1'))['mergedIntoId']).toBe(null)
    expect(numbersIn(await patient('2'))).toMatchObject([{ value: '2' }])
  })

  test('A43: a number that nobody has is the patient’s from then on', async () => {
    await send(here, admitted('2', 'V2'), adt('A43', '2', `MRG|${mrn('1')}`))
    expect(await last()).toMatchObject({ state: 'applied' })
    expect(await here.records('patients')).toHaveLength(1)
    expect((await patient('1')).id).toBe((await patient('2')).id)
  })

  test.each(['A46', 'A47'])('%s: a number that changed finds the same person under both', async (trigger) => {
    await send(here, admitted('1', 'V1'), adt(trigger, '9', `MRG|${mrn('1')}`))
    expect(await last()).toMatchObject({ state: 'applied' })
    const [person, ...others] = await here.records('patients')
    expect(others).toEqual([])
    expect(numbersIn(person as AnyDocument)).toMatchObject([{ value: '9' }, { value: '1', use: 'old' }])
    await send(here, admitted('9', 'V9'), admitted('1', 'V8'))
    expect(await here.records('patients')).toHaveLength(1)
    expect(await here.records('encounters')).toHaveLength(3)
    expect(numbersIn(await patient('9')).find(({ value }) => value === '9')?.use).not.toBe('old')
  })

  test('A47: a number that is another patient’s already is a conflict', async () => {
    await send(here, admitted('1', 'V1'), admitted('2', 'V2'), adt('A47', '2', `MRG|${mrn('1')}`))
    expect(await last()).toMatchObject({ state: 'parked', code: 'hl7.identity-conflict' })
    expect(await here.records('patients')).toHaveLength(2)
  })
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AnyDocument } from '#app/kernel/index.ts'
import { adt, nextTime, pidOf } from '../../testing/events.ts'
import { send, states } from '../../testing/exchange.ts'
import { openHospital } from '../../testing/hospital.ts'
import type { Hospital } from '../../testing/hospital.ts'
import { message, msh } from '../../testing/messages.ts'

let here: Hospital

beforeEach(async () => {
  here = await openHospital()
})
afterEach(() => here.close())

const nk1 = 'NK1|1|Vahl^Ruth|MTH^Mother^HL70063|5 Quay Street^^Ashby^NY|^PRN^PH^^1^555^0100201'
async function relatives() {
  const all = await here.records('related-persons')
  const words = (one: AnyDocument) => JSON.stringify([one['names'], one['relationship']])
  return all.toSorted((a, b) => (words(a) < words(b) ? -1 : 1))
}

test('who is insured is somebody else where IN1-17, or else the name, says so', async () => {
  const spouse = `IN1|1|HMO^Plan|P-1|Payer${'|'.repeat(12)}Vahl^Tom|SPO^Spouse|19790102|7 Elm Street^^Ashby^NY${'|'.repeat(24)}M${'|'.repeat(6)}INS-7^^^PAYER^MB`
  const own = `IN1|2|PPO^Other plan|P-2|Payer${'|'.repeat(12)}Vahl^P1`
  const unsaid = `IN1|3|EPO^Third plan|P-3|Payer${'|'.repeat(12)}Vahl^Una`
  await send(
    here,
    adt('A01', '1', spouse, `IN2|E-1^^^ACME^EI${'|'.repeat(62)}^PRN^PH^^1^555^0100209`, own, unsaid),
  )
  expect(await states(here)).toEqual(['applied'])
  expect(await relatives()).toMatchObject([
    {
      names: [{ family: 'Vahl', given: ['Tom'] }],
      roles: ['insured'],
      birthDate: '1979-01-02',
      administrativeGender: 'male',
      identifiers: [{ value: 'INS-7' }, { value: 'E-1', type: 'EI' }],
      telecoms: [{ value: '+1 555 0100209' }],
      addresses: [{ city: 'Ashby' }],
    },
    { names: [{ given: ['Una'] }], roles: ['insured'] },
  ])
})

test('a list of next of kin does not end who is insured', async () => {
  const insured = `IN1|1|HMO^Plan|P-1|Payer${'|'.repeat(12)}Vahl^Tom|SPO^Spouse`
  await send(here, adt('A01', '1', insured), adt('A08', '1', nk1))
  expect((await relatives()).map(({ active }) => active)).toEqual([true, true])
})

test('a mother who is known by a number alone is there, and so is a number without a name', async () => {
  const pid = `${pidOf('1')}${'|'.repeat(13)}MOM-1^^^GENERAL^MR`
  await send(
    here,
    adt('A01', pid, 'NK1|1||SPO^Spouse^HL70063||^PRN^PH^^1^555^0100777', 'NK1|2||FTH^Father^HL70063'),
  )
  expect(await relatives()).toMatchObject([
    { names: [{ text: 'Name not known' }], telecoms: [{ value: '+1 555 0100777' }] },
    {
      names: [{ text: 'Name not known' }],
      identifiers: [{ value: 'MOM-1' }],
      relationship: [{ codings: [{ code: 'MTH' }] }],
    },
  ])
})

test('a number of the mother is hers whom NK1 calls the mother', async () => {
  await send(here, adt('A01', `${pidOf('1')}${'|'.repeat(13)}MOM-1^^^GENERAL^MR`, nk1))
  expect(await relatives()).toMatchObject([
    { names: [{ given: ['Ruth'] }], identifiers: [{ value: 'MOM-1' }] },
  ])
})

test('an address and a number in one repetition are two ways to reach somebody', async () => {
  const both = 'NK1|1|Vahl^Ruth|MTH^Mother^HL70063||^PRN^CP^ruth@example.org^1^555^0100201'
  await send(here, adt('A01', '1', both))
  expect((await relatives())[0]?.['telecoms']).toMatchObject([
    { system: 'email', value: 'ruth@example.org' },
    { system: 'phone', value: '+1 555 0100201' },
  ])
})

test('a result names relatives: whom nobody knows is made, and nobody is changed or ended', async () => {
  await send(here, adt('A01', '1', nk1))
  const result = message(
    msh({ type: 'ORU^R01', controlId: 'R1', time: nextTime() }),
    pidOf('1'),
    'NK1|1|Vahl^Ruth|MTH^Mother^HL70063|9 Elsewhere^^Ashby^NY',
    'NK1|2|Vahl^Sam|BRO^Brother^HL70063',
    'OBR|1||L-1^LAB|24321-2^Panel^LN|||20260511091000',
    'OBX|1|NM|2951-2^Sodium^LN||139|mmol/L|||||F',
  )
  await send(here, result)
  expect(await relatives()).toMatchObject([
    { names: [{ given: ['Ruth'] }], addresses: [{ lines: ['5 Quay Street'] }], active: true },
    { names: [{ given: ['Sam'] }] },
  ])
})

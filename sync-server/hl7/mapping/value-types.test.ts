import { afterEach, beforeEach, expect, test } from 'vitest'
import { pidOf } from '../testing/events.ts'
import { inbox, send } from '../testing/exchange.ts'
import { openHospital } from '../testing/hospital.ts'
import type { Hospital } from '../testing/hospital.ts'
import { message, msh } from '../testing/messages.ts'

let here: Hospital

beforeEach(async () => {
  here = await openHospital()
})
afterEach(() => here.close())

const text = (said: string) => ({ type: 'text', text: said })
const quantity = (of: object) => ({ type: 'quantity', quantity: of })

/** OBX-2 and OBX-5, and what becomes of them. */
const values: readonly (readonly [string, string, object])[] = [
  ['NM', '7.4', quantity({ value: '7.4', unit: 'mg/dL' })],
  ['NM', '<0.5', quantity({ value: '0.5', comparator: '<', unit: 'mg/dL' })],
  ['SN', '>=^200', quantity({ value: '200', comparator: '>=', unit: 'mg/dL' })],
  ['SN', '^1^:^160', { type: 'range', low: '1', high: '160', separator: ':', unit: 'mg/dL' }],
  ['NR', '4^8', { type: 'range', low: '4', high: '8', separator: '-', unit: 'mg/dL' }],
  ['MO', '12.50^USD', quantity({ value: '12.50', unit: 'USD' })],
  ['DT', '20260509', { type: 'moment', moment: '2026-05-09' }],
  ['TS', '202605', { type: 'moment', moment: '2026-05' }],
  ['DTM', '20260509120000+0000', { type: 'moment', moment: '2026-05-09T12:00:00.000Z' }],
  ['TM', '0915', { type: 'time', time: '09:15:00' }],
  ['DR', '20260501^20260503', text('2026-05-01 to 2026-05-03')],
  ['ST', 'clear', text('clear')],
  ['TX', 'one~two', text('one\ntwo')],
  ['FT', 'first\\.br\\second', text('first\nsecond')],
  ['IS', 'POS', text('POS')],
  ['ID', 'Y', text('Y')],
  ['EI', 'S-77^LAB', text('S-77')],
  ['CX', 'K-9^^^LAB^MR', text('K-9')],
  ['XON', 'Riverside Clinic^L', text('Riverside Clinic')],
  ['XPN', 'Quell^Ada^M^^Dr.', text('Dr. Ada M Quell')],
  ['PN', 'Quell^Ada', text('Ada Quell')],
  ['XCN', '188^Osei^Amara', text('Amara Osei')],
  ['CN', '188', text('188')],
  ['XAD', '5 Quay Street^Flat 2^Ashby^NY^12001^USA', text('5 Quay Street, Flat 2, Ashby NY 12001, USA')],
  ['AD', '5 Quay Street', text('5 Quay Street')],
  ['XTN', '^PRN^PH^^1^555^0100201', text('+1 555 0100201')],
  ['TN', '5550100', text('5550100')],
  ['NA', '1^2^3', text('1, 2, 3')],
]

test.each(values)('%s %s', async (type, written, value) => {
  const result = message(
    msh({ type: 'ORU^R01', controlId: 'R1' }),
    pidOf('1'),
    'OBR|1||L-1^LAB|24321-2^Panel^LN|||20260511091000',
    `OBX|1|${type}|X-1^A finding^L||${written}|mg/dL|||||F`,
  )
  await send(here, result)
  expect((await here.records('observations')).map((one) => one['value'])).toEqual([value])
  expect((await inbox(here)).map(({ state, facts }) => [state, facts['unread']])).toEqual([
    ['applied', undefined],
  ])
})

test.each(['CE', 'CWE', 'CNE', 'CF'])('%s is a code; several are their words', async (type) => {
  const result = (id: string, written: string) =>
    message(
      msh({ type: 'ORU^R01', controlId: id }),
      pidOf('1'),
      `OBR|1||${id}^LAB|24321-2^Panel^LN|||20260511091000`,
      `OBX|1|${type}|X-1^A finding^L||${written}||||||F`,
    )
  await send(here, result('R1', '112283007^Escherichia coli^SCT'))
  await send(here, result('R2', '112283007^Escherichia coli^SCT~3092008^Staphylococcus aureus^SCT'))
  const found = (await here.records('observations')).map((one) => one['value'])
  expect(found).toHaveLength(2)
  expect(found).toContainEqual(text('Escherichia coli\nStaphylococcus aureus'))
  const coded = found.find((value) => (value as { type: string }).type === 'coded')
  expect(coded).toMatchObject({ concept: { codings: [{ code: '112283007' }] } })
})

test('what points to a document elsewhere is named in a note', async () => {
  const result = message(
    msh({ type: 'ORU^R01', controlId: 'R1' }),
    pidOf('1'),
    'OBR|1||L-1^LAB|24321-2^Panel^LN|||20260511091000',
    'OBX|1|RP|X-1^A finding^L||store/77^LAB&2.999&ISO^Application^PDF||||||F',
  )
  await send(here, result)
  const [found] = await here.records('observations')
  expect(found).toMatchObject({ value: null, notes: ['This result points to a document (Application PDF).'] })
})

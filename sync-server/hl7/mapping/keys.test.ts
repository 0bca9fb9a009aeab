import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { adt, byNumber, mrn, nextTime, pidOf } from '../testing/events.ts'
import { inbox, send, states } from '../testing/exchange.ts'
import { openHospital, site } from '../testing/hospital.ts'
import type { Hospital } from '../testing/hospital.ts'
import { message, msh, pv1 } from '../testing/messages.ts'
import { atTheDesk } from '../testing/person.ts'

let here: Hospital

beforeEach(async () => {
  here = await openHospital()
})
afterEach(() => here.close())

/** PID-18. */
const account = (number: string) => `${pidOf('1')}${'|'.repeat(10)}${number}^^^GENERAL^AN`
const visits = () => here.records('encounters')

describe('a visit', () => {
  test('is its number within its authority', async () => {
    await send(here, adt('A01', '1', pv1({ 2: 'I', 19: 'V-1^^^GENERAL^VN' })))
    await send(here, adt('A08', '1', pv1({ 2: 'O', 19: 'V-1^^^GENERAL^VN' })))
    expect(await visits()).toMatchObject([{ class: 'outpatient' }])
    await send(here, adt('A01', '1', pv1({ 2: 'I', 19: 'V-1^^^WEST^VN' })))
    expect(await visits()).toHaveLength(2)
  })

  test('is its alternate number where it has no other', async () => {
    await send(here, adt('A01', '1', pv1({ 2: 'I', 50: 'ALT-1^^^GENERAL^VN' })))
    await send(here, adt('A03', '1', pv1({ 2: 'I', 50: 'ALT-1^^^GENERAL^VN', 45: '20260601' })))
    expect(await visits()).toMatchObject([{ status: 'finished' }])
  })

  test('is its account with the time of admission where it has no number at all', async () => {
    const stay = (admitted: string) => pv1({ 2: 'I', 44: admitted })
    await send(here, adt('A01', account('ACC-1'), stay('20260511081500')))
    await send(here, adt('A03', account('ACC-1'), stay('20260511081500')))
    await send(here, adt('A01', account('ACC-1'), stay('20260601101500')))
    expect((await visits()).map(({ status }) => String(status)).toSorted()).toEqual([
      'finished',
      'in-progress',
    ])
  })

  test('of which nothing tells it apart is noted and not made', async () => {
    await send(here, adt('A01', account('ACC-1'), pv1({ 2: 'I' })))
    expect(await visits()).toEqual([])
    expect((await inbox(here))[0]).toMatchObject({ state: 'applied', facts: { unread: 'PV1-19' } })
  })

  test('A45: each pair of MRG and PV1 behind a person moves a visit', async () => {
    const visit = (number: string) => pv1({ 2: 'I', 19: `${number}^^^GENERAL^VN` })
    await send(here, adt('A01', '1', visit('V-1')), adt('A01', '1', visit('V-2')), adt('A28', '2'))
    const from = (number: string) => `MRG|${mrn('1')}||||${number}^^^GENERAL^VN`
    await send(here, adt('A45', '2', from('V-1'), visit('V-1'), from('V-2'), visit('V-2')))
    expect((await states(here)).at(-1)).toBe('applied')
    const second = byNumber(await here.records('patients'), '2').id
    expect((await visits()).map(({ patientId }) => patientId)).toEqual([second, second])
  })

  test('earlier results that come with an order belong to the visit that they name', async () => {
    const visit = (number: string) => pv1({ 2: 'O', 19: `${number}^^^GENERAL^VN` })
    const order = (number: string) => [
      `ORC|NW|${number}^DESK`,
      `OBR|1|${number}^DESK||24321-2^Panel^LN`,
      'OBX|1|NM|2951-2^Sodium^LN||139|mmol/L|||||F',
    ]
    const header = msh({ type: 'OML^O21', controlId: 'O1' })
    await send(here, message(header, pidOf('1'), visit('V-1'), ...order('1'), visit('V-2'), ...order('2')))
    const found = (await visits()).map(({ id }) => id).toSorted()
    const visitsOf = async (module: 'orders' | 'observations') =>
      (await here.records(module)).map(({ encounterId }) => String(encounterId)).toSorted()
    expect(found).toHaveLength(2)
    expect(await visitsOf('orders')).toEqual(found)
    expect(await visitsOf('observations')).toEqual(found)
    expect(await here.records('patients')).toHaveLength(1)
  })
})

describe('an appointment', () => {
  type Said = { readonly filler?: string; readonly placer?: string; readonly more?: readonly string[] }
  function schedule(trigger: string, { filler = '', placer = '', more = [] }: Said, at = nextTime()): Buffer {
    return message(
      msh({ type: `SIU^${trigger}`, controlId: at, application: 'SCHED', time: at }),
      `SCH|${placer}|${filler}|||||||30|MIN|^^30^20260520143000`,
      ...more,
      pidOf('1'),
      'RGS|1',
    )
  }
  const booked = () => here.records('appointments')

  test('is the filler’s number within its authority, else the placer’s', async () => {
    await send(here, schedule('S12', { filler: 'F-1^SCHED' }), schedule('S13', { filler: 'F-1^SCHED' }))
    expect(await booked()).toHaveLength(1)
    await send(here, schedule('S12', { filler: 'F-1^OTHER' }))
    expect(await booked()).toHaveLength(2)
    await send(here, schedule('S12', { placer: 'P-1^DESK' }), schedule('S15', { placer: 'P-1^DESK' }))
    expect((await booked()).map(({ status }) => String(status)).toSorted()).toEqual([
      'booked',
      'booked',
      'cancelled',
    ])
  })

  test('that answers a number of ours is ours', async () => {
    await send(here, adt('A28', '1'))
    const patientId = (await here.records('patients'))[0]?.id
    const carla = await atTheDesk(here)
    const start = { local: '2026-05-19T09:00:00', zone: 'America/New_York' }
    const id = await carla.create('appointments', { patientId, siteId: site, start })
    const orgId = (await here.store.identity())?.organisation.id
    await send(here, schedule('S12', { filler: 'F-9^SCHED', placer: `${id}^ROUNDS^${orgId}^UUID` }))
    await send(here, schedule('S15', { filler: 'F-9^SCHED' }))
    expect(await booked()).toMatchObject([{ id, status: 'cancelled', identifiers: [{ value: 'F-9' }] }])
  })

  test('begins when TQ1 says, else AIS-4, else SCH-11', async () => {
    await send(here, schedule('S12', { filler: 'F-1^SCHED' }))
    const ais = 'AIS|1||99213^Office visit^C4|20260521080000'
    const tq1 = 'TQ1|1||||||20260522090000'
    await send(here, schedule('S12', { filler: 'F-2^SCHED', more: [ais] }))
    await send(here, schedule('S12', { filler: 'F-3^SCHED', more: [tq1, ais] }))
    const starts = (await booked()).map(({ start }) => (start as { local: string }).local).toSorted()
    expect(starts).toEqual(['2026-05-20T14:30:00', '2026-05-21T08:00:00', '2026-05-22T09:00:00'])
  })
})

describe('what is to be done with it', () => {
  const vaccine = (id: string, action: string) =>
    message(
      msh({ type: 'VXU^V04', controlId: id, time: nextTime() }),
      pidOf('1'),
      'ORC|RE||IZ-1^CLINIC',
      `RXA|0|1|20260511||08^Hep B^CVX|999${'|'.repeat(14)}CP|${action}`,
    )

  test('RXA-21: a vaccination that is deleted was an error; one that nobody knows waits for a person', async () => {
    await send(here, vaccine('1', 'D'))
    expect((await inbox(here))[0]).toMatchObject({ state: 'parked', code: 'hl7.unknown-cancelled' })
    await send(here, vaccine('2', 'A'), vaccine('3', 'U'))
    expect(await here.records('immunizations')).toMatchObject([{ status: 'completed' }])
    await send(here, vaccine('4', 'D'))
    expect(await here.records('immunizations')).toMatchObject([{ status: 'entered-in-error' }])
  })

  const order = (id: string, control: string) =>
    message(
      msh({ type: 'ORM^O01', controlId: id, time: nextTime() }),
      pidOf('1'),
      `ORC|${control}|O-1^DESK`,
      'OBR|1|O-1^DESK||24321-2^Panel^LN',
    )

  test('ORC-1: an order is held, released, and cancelled; one that nobody knows is not', async () => {
    await send(here, order('0', 'CA'))
    expect((await inbox(here))[0]).toMatchObject({ state: 'parked', code: 'hl7.unknown-cancelled' })
    const status = async () => (await here.records('orders'))[0]?.['status']
    for (const [id, control, stands] of [
      ['1', 'NW', 'active'],
      ['2', 'HD', 'on-hold'],
      ['3', 'RL', 'active'],
      ['4', 'CA', 'revoked'],
    ] as const) {
      await send(here, order(id, control))
      expect(await status()).toBe(stands)
    }
  })
})

describe('a result that is taken back', () => {
  const result = (id: string, status: string, value: string) =>
    message(
      msh({ type: 'ORU^R01', controlId: id, time: nextTime() }),
      pidOf('1'),
      'OBR|1||L-1^LAB|24321-2^Panel^LN|||20260511091000',
      `OBX|1|NM|2951-2^Sodium^LN||${value}|mmol/L|||||${status}`,
    )

  test.each([
    ['X', 'cancelled'],
    ['D', 'entered-in-error'],
  ])('%s is %s, and keeps the value that was read', async (code, status) => {
    await send(here, result('1', 'P', '139'), result('2', code, ''))
    expect(await here.records('observations')).toMatchObject([
      { status, value: { quantity: { value: '139' } } },
    ])
  })

  test('is not brought back by what came before it', async () => {
    await send(here, result('1', 'F', '139'), result('2', 'D', ''), result('3', 'F', '140'))
    expect(await here.records('observations')).toMatchObject([{ status: 'entered-in-error' }])
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AnyDocument } from '#app/kernel/index.ts'
import { adt, adtAt, mrn, nextTime, numbersIn, pidOf } from '../../testing/events.ts'
import { inbox, send } from '../../testing/exchange.ts'
import { openHospital } from '../../testing/hospital.ts'
import type { Hospital } from '../../testing/hospital.ts'
import { message, msh, pv1 } from '../../testing/messages.ts'
import { atTheDesk } from '../../testing/person.ts'

const time = '20260509081500'
type Called = { readonly number?: string; readonly alternate?: string; readonly at?: string }

/** PV1-19, PV1-50 and PV1-44. */
function stay({ number, alternate, at }: Called): string {
  const cx = (value: string): string => `${value}^^^GENERAL^VN`
  return pv1({
    2: 'I',
    ...(number === undefined ? {} : { 19: cx(number) }),
    ...(at === undefined ? {} : { 44: at }),
    ...(alternate === undefined ? {} : { 50: cx(alternate) }),
  })
}
/** PID-18. */
const account = (number: string, person = '1') => `${pidOf(person)}${'|'.repeat(10)}${number}^^^GENERAL^AN`

describe.each(['sqlite', 'postgres'] as const)('a visit of several names, over %s', (dialect) => {
  let here: Hospital

  beforeEach(async () => {
    here = await openHospital({ dialect })
  })
  afterEach(() => here.close())

  const visits = () => here.records('encounters')
  const only = async (): Promise<AnyDocument> => {
    const [one, ...others] = await visits()
    expect(others).toEqual([])
    if (one === undefined) throw new Error('there is no visit')
    return one
  }
  const names = (one: AnyDocument) =>
    numbersIn(one)
      .map(({ value }) => value)
      .toSorted()

  test('that came by its alternate number alone is the one that has a number later', async () => {
    await send(here, adt('A01', '1', stay({ alternate: 'ALT-1' })))
    const { id } = await only()
    await send(here, adt('A08', '1', stay({ number: 'V-1', alternate: 'ALT-1' })))
    await send(here, adt('A03', '1', stay({ number: 'V-1' })))
    const one = await only()
    expect([one.id, names(one), one['status']]).toEqual([id, ['ALT-1', 'V-1'], 'finished'])
    await send(here, adt('A13', '1', stay({ alternate: 'ALT-1' })))
    const carla = await atTheDesk(here)
    expect(await carla.see('encounters', id)).toMatchObject({ status: 'in-progress' })
    expect(await visits()).toHaveLength(1)
    expect(here.faults).toEqual([])
  })

  test('that came by account and time is the one that has a number later, and the other way round', async () => {
    await send(here, adt('A01', account('ACC-1'), stay({ at: time })))
    await send(here, adt('A08', account('ACC-1'), stay({ number: 'V-1', alternate: 'ALT-1', at: time })))
    await send(here, adt('A08', '1', stay({ alternate: 'ALT-1' })), adt('A03', '1', stay({ number: 'V-1' })))
    expect(names(await only())).toEqual(['ACC-1', 'ALT-1', 'V-1'])
    expect(await only()).toMatchObject({ status: 'finished' })
    await send(here, adt('A01', account('ACC-2', '2'), stay({ number: 'V-2', at: time })))
    await send(here, adt('A03', account('ACC-2', '2'), stay({ at: time })))
    expect((await visits()).map(({ status }) => status)).toEqual(['finished', 'finished'])
    // A time of admission that is put right is still the same stay by the one it was told with first.
    await send(here, adt('A08', account('ACC-1'), stay({ number: 'V-1', at: '20260509074500' })))
    await send(here, adt('A08', account('ACC-1'), stay({ at: time })))
    expect(await visits()).toHaveLength(2)
  })

  test('is not another’s that shares what is weaker', async () => {
    await send(here, adt('A01', account('ACC-1'), stay({ number: 'V-1', alternate: 'ALL', at: time })))
    await send(here, adt('A01', account('ACC-1'), stay({ number: 'V-2', alternate: 'ALL', at: time })))
    await send(here, adt('A01', account('ACC-1'), stay({ number: 'V-3', at: '20260508101500' })))
    expect((await visits()).flatMap(names).filter((name) => name.startsWith('V'))).toHaveLength(3)
    await send(here, adt('A03', account('ACC-1'), stay({ number: 'V-2', alternate: 'ALL', at: time })))
    const finished = (await visits()).filter(({ status }) => status === 'finished')
    expect(finished.map(names)).toEqual([['ACC-1', 'ALL', 'V-2']])
    expect(await visits()).toHaveLength(3)
    // Which of them it is nobody can tell.
    await send(here, adt('A03', '1', stay({ alternate: 'ALL' })))
    expect((await inbox(here)).at(-1)).toMatchObject({ state: 'parked', code: 'hl7.identity-conflict' })
  })

  test('whose names mean two visits waits for a person, and nothing of it is written', async () => {
    await send(here, adt('A01', '1', stay({ alternate: 'ALT-1' })), adt('A01', '1', stay({ number: 'V-1' })))
    await send(here, adt('A01', account('ACC-1'), stay({ at: time })))
    const before = (await visits()).map((one) => [one['status'], names(one)])
    const both = adt('A03', '1', stay({ number: 'V-1', alternate: 'ALT-1' }))
    await send(here, both, adt('A03', account('ACC-1'), stay({ number: 'V-1', at: time })))
    const parked = { state: 'parked', code: 'hl7.identity-conflict' }
    expect((await inbox(here)).slice(-2)).toMatchObject([
      { ...parked, facts: { place: 'PV1-50' } },
      { ...parked, facts: { place: 'PID-18' } },
    ])
    expect((await visits()).map((one) => [one['status'], names(one)])).toEqual(before)
    // The hospital says that they are one.
    const now = stay({ number: 'V-1', alternate: 'ALT-1' })
    await send(here, adt('A42', '1', `MRG|${mrn('1')}||||ALT-1^^^GENERAL^VN`, now))
    expect((await inbox(here)).at(-1)).toMatchObject({ state: 'applied' })
    const [, , , conflict] = await inbox(here)
    await here.hl7.deadLetters.replay(conflict?.sequence ?? 0)
    await here.hl7.idle()
    expect((await inbox(here))[3]).toMatchObject({ state: 'applied' })
    expect((await visits()).map(({ status }) => String(status)).toSorted()).toEqual([
      'entered-in-error',
      'finished',
      'in-progress',
    ])
  })

  test('is found by a result that names it otherwise, and by the patient of another number never', async () => {
    await send(here, adt('A01', '1', stay({ alternate: 'ALT-1' })))
    const result = message(
      msh({ type: 'ORU^R01', controlId: nextTime(), time: nextTime() }),
      pidOf('1'),
      stay({ number: 'V-1', alternate: 'ALT-1' }),
      'OBR|1||L-1^LAB|24321-2^Panel^LN|||20260511091000',
      'OBX|1|NM|2951-2^Sodium^LN||139|mmol/L|||||F',
    )
    await send(here, result)
    const [finding] = await here.records('observations')
    expect(finding?.['encounterId']).toBe((await only()).id)
    await send(here, adtAt(nextTime(), 'A01', '2', stay({ number: 'V-2', alternate: 'ALT-1' })))
    expect(await visits()).toHaveLength(2)
  })
})

import { afterEach, describe, expect, test } from 'vitest'
import fc from 'fast-check'
import type { AnyDocument } from '#app/kernel/index.ts'
import type { Store } from '../../../store/contract.ts'
import { inbox, send } from '../../testing/exchange.ts'
import { openHospital } from '../../testing/hospital.ts'
import type { Hospital } from '../../testing/hospital.ts'
import {
  admitted as admit,
  adt,
  byNumber,
  merged as merge,
  mrn as id,
  nextTime as time,
} from '../../testing/events.ts'
import { message, msh, pv1 } from '../../testing/messages.ts'

let hospital: Hospital | null = null

afterEach(async () => {
  await hospital?.close()
  hospital = null
})

async function open(dialect: Store['dialect']): Promise<Hospital> {
  hospital = await openHospital({ dialect })
  return hospital
}

const patients = (here: Hospital) => here.documents('patients')

/** Whom a number means, following what ended. */
function root(all: readonly AnyDocument[], number: string): AnyDocument {
  let at = byNumber(all, number)
  for (let into = at['mergedIntoId']; into !== null; into = at['mergedIntoId']) {
    const next = all.find((one) => one.id === into)
    if (next === undefined) throw new Error('a merge into nobody')
    at = next
  }
  return at
}

async function visits(here: Hospital): Promise<AnyDocument[]> {
  return (await here.documents('clinical')).filter(({ kind }) => kind === 'encounter')
}

async function last(here: Hospital) {
  return (await inbox(here)).at(-1)
}

describe.each(['sqlite', 'postgres'] as const)('a merge, over %s', (dialect) => {
  test('ends the record of MRG in the one of PID, with what hangs on it; its number means the survivor', async () => {
    const here = await open(dialect)
    await send(here, admit('1', 'V1'), admit('2', 'V2'), merge('1', '2'))
    const all = await patients(here)
    expect(byNumber(all, '2')['mergedIntoId']).toBe(byNumber(all, '1').id)
    for (const visit of await visits(here)) expect(visit['patientId']).toBe(byNumber(all, '1').id)
    // A later message under the old number changes the same visit, and makes none beside it.
    await send(here, adt('A03', '2', pv1({ 2: 'I', 19: 'V2^^^GENERAL^VN', 44: '20260511081500' })))
    const after = await visits(here)
    expect(after).toHaveLength(2)
    expect(after.map(({ status }) => String(status)).toSorted()).toEqual(['finished', 'in-progress'])
    expect(here.faults).toEqual([])
  })

  test('works with a survivor and a loser whom nobody knew', async () => {
    const here = await open(dialect)
    await send(here, merge('1', '2'))
    expect(await patients(here)).toHaveLength(2)
    await send(here, admit('2', 'V2'))
    const [visit] = await visits(here)
    expect(visit?.['patientId']).toBe(byNumber(await patients(here), '1').id)
  })

  test('of a record with itself, or against one that was done, is refused with a reason', async () => {
    const here = await open(dialect)
    await send(here, admit('1', 'V1'), merge('1', '1'))
    expect(await last(here)).toMatchObject({
      state: 'dead',
      facts: { why: 'a record can not be merged into itself' },
    })
    await send(here, merge('3', '4'), merge('4', '3'))
    expect(await last(here)).toMatchObject({ state: 'dead', code: 'hl7.unmapped', facts: { place: 'MRG-1' } })
    expect(byNumber(await patients(here), '3')['mergedIntoId']).toBe(null)
  })

  test('that is repeated under another control id changes nothing', async () => {
    const here = await open(dialect)
    await send(here, merge('1', '2'), merge('1', '2'))
    expect(await last(here)).toMatchObject({ state: 'applied' })
    expect(await patients(here)).toHaveLength(2)
  })

  test('of several pairs in one message joins each', async () => {
    const here = await open(dialect)
    const pair = (survivor: string, loser: string) => [
      `PID|1||${id(survivor)}||Vahl^P${survivor}`,
      `MRG|${id(loser)}`,
    ]
    const at = time()
    await send(
      here,
      message(
        msh({ type: 'ADT^A40', controlId: 'PAIRS', time: at }),
        `EVN|A40|${at}`,
        ...pair('1', '2'),
        ...pair('3', '1'),
      ),
    )
    const all = await patients(here)
    expect(['1', '2', '3'].map((number) => root(all, number).id)).toEqual(
      Array.from({ length: 3 }, () => byNumber(all, '3').id),
    )
  })

  test('is taken back by an unlink: what went over comes home', async () => {
    const here = await open(dialect)
    await send(here, admit('1', 'V1'), admit('2', 'V2'), merge('1', '2'))
    await send(here, adt('A37', '1', `PID|2||${id('2')}||Vahl^P2`))
    const all = await patients(here)
    expect(byNumber(all, '2')['mergedIntoId']).toBe(null)
    const owners = (await visits(here)).map((visit) => visit['patientId'])
    expect(new Set(owners)).toEqual(new Set([byNumber(all, '1').id, byNumber(all, '2').id]))
  })
})

test('chains of merges end alike in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(
        [
          ['2', '1'],
          ['3', '2'],
          ['4', '3'],
        ] as const,
        { minLength: 3, maxLength: 3 },
      ),
      async (order) => {
        const here = await openHospital()
        try {
          await send(here, admit('1', 'V1'), admit('3', 'V3'))
          await send(here, ...order.map(([survivor, loser]) => merge(survivor, loser)))
          const all = await patients(here)
          const ends = ['1', '2', '3', '4'].map((number) => root(all, number).id)
          expect(new Set(ends)).toEqual(new Set([byNumber(all, '4').id]))
          const owners = (await visits(here)).map((visit) => visit['patientId'])
          expect(owners).toEqual([byNumber(all, '4').id, byNumber(all, '4').id])
          expect(here.faults).toEqual([])
        } finally {
          await here.close()
        }
      },
    ),
    { numRuns: 6 },
  )
})

describe('visits', () => {
  test('a number that moves takes the visit to the other patient', async () => {
    const here = await open('sqlite')
    await send(here, admit('1', 'V1'), admit('2', 'V2'))
    await send(
      here,
      adt('A45', '2', `MRG|${id('1')}||||V1^^^GENERAL^VN`, pv1({ 2: 'I', 19: 'V1^^^GENERAL^VN' })),
    )
    const second = byNumber(await patients(here), '2').id
    expect((await visits(here)).map((visit) => visit['patientId'])).toEqual([second, second])
  })

  test('a cancel of what nobody knows waits for a person; one of what is known is done', async () => {
    const here = await open('sqlite')
    const cancel = () => adt('A11', '1', pv1({ 2: 'I', 19: 'V1^^^GENERAL^VN' }))
    await send(here, cancel())
    expect(await last(here)).toMatchObject({ state: 'parked', code: 'hl7.unknown-cancelled' })
    expect(await patients(here)).toEqual([])
    await send(here, admit('1', 'V1'), cancel())
    expect((await visits(here))[0]).toMatchObject({ status: 'cancelled' })
  })

  test('events that come late change nothing that a later one said', async () => {
    const here = await open('sqlite')
    const at = (trigger: string, hour: string) =>
      message(
        msh({ type: `ADT^${trigger}`, controlId: `L${hour}`, time: `20260511${hour}0000` }),
        `EVN|${trigger}|20260511${hour}0000`,
        `PID|1||${id('1')}||Vahl^Jane||19800229|F`,
        pv1({ 2: 'I', 3: `WARD${hour}`, 19: 'V1^^^GENERAL^VN', 44: '20260511081500' }),
      )
    const events = [at('A01', '09'), at('A02', '10'), at('A03', '11')]
    const states = []
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const one = await openHospital()
      await send(one, ...order.flatMap((index) => events[index] ?? []))
      const [visit] = await visits(one)
      states.push([visit?.['status'], visit?.['location'], visit?.['period']])
      await one.close()
    }
    expect(states[1]).toEqual(states[0])
    expect(states[2]).toEqual(states[0])
    expect(states[0]?.[0]).toBe('finished')
    expect(await patients(here)).toEqual([])
  })
})

import { afterEach, describe, expect, test } from 'vitest'
import { inbox, send, states } from '../../testing/exchange.ts'
import { openHospital } from '../../testing/hospital.ts'
import type { Hospital, HospitalOptions } from '../../testing/hospital.ts'
import { message, msh } from '../../testing/messages.ts'

let hospital: Hospital | null = null

afterEach(async () => {
  await hospital?.close()
  hospital = null
})

async function open(options: HospitalOptions = {}): Promise<Hospital> {
  hospital = await openHospital(options)
  return hospital
}

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

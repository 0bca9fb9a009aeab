import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AnyDocument } from '#app/kernel/index.ts'
import { adt, adtAt, nextTime } from '../../testing/events.ts'
import { inbox, send } from '../../testing/exchange.ts'
import { openHospital, site } from '../../testing/hospital.ts'
import type { Hospital } from '../../testing/hospital.ts'
import { pv1 } from '../../testing/messages.ts'
import { atTheDesk } from '../../testing/person.ts'

type Said = { readonly number?: string; readonly action?: string }

const visit = (number: string) => pv1({ 2: 'I', 19: `${number}^^^GENERAL^VN` })

/** Set id, code, type; identifier and action stand in DG1-20 and 21. */
const dg1 = (code: string, type = '', { number = '', action = '' }: Said = {}): string => {
  const written = code === '' || code === '""' ? code : `${code}^${code}^I10C`
  return `DG1|1||${written}|||${type}${'|'.repeat(14)}${number}|${action}`.replace(/\|+$/, '')
}

const codeOf = (one: AnyDocument) => (one['code'] as { codings: { code: string }[] }).codings[0]?.code ?? ''

describe.each(['sqlite', 'postgres'] as const)('the diagnoses of a visit, over %s', (dialect) => {
  let here: Hospital

  beforeEach(async () => {
    here = await openHospital({ dialect })
  })
  afterEach(() => here.close())

  /** What stands, by visit and type: `V1 admitting I10`. */
  async function standing(): Promise<string[]> {
    const visits = new Map<string, string>(
      (await here.records('encounters')).map((one) => [one.id, numberOf(one)]),
    )
    const active = (await here.records('conditions')).filter((one) => one['clinicalStatus'] === 'active')
    return active
      .map((one) => `${visits.get(String(one['encounterId']))} ${String(one['diagnosisUse'])} ${codeOf(one)}`)
      .toSorted()
  }
  const numberOf = (one: AnyDocument) => (one['identifiers'] as { value: string }[])[0]?.value ?? ''
  const list = (number: string, ...lines: readonly string[]) => adt('A08', '1', visit(number), ...lines)

  test('are a list of their visit and type: what is not named any more ends, and comes back when it is', async () => {
    await send(here, list('V1', dg1('I10', 'A'), dg1('E11', 'A')))
    await send(here, list('V2', dg1('I10', 'A')))
    await send(here, list('V1', dg1('I10', 'F'), dg1('N18', 'F')))
    const all = ['V1 admitting E11', 'V1 admitting I10', 'V1 final I10', 'V1 final N18', 'V2 admitting I10']
    expect(await standing()).toEqual(all)
    await send(here, list('V1', dg1('N18', 'F')), list('V1', dg1('E11', 'A')))
    expect(await standing()).toEqual(['V1 admitting E11', 'V1 final N18', 'V2 admitting I10'])
    expect(await here.records('conditions')).toHaveLength(5)
    await send(here, list('V1', dg1('I10', 'F'), dg1('N18', 'F'), dg1('I10', 'A'), dg1('E11', 'A')))
    expect(await standing()).toEqual(all)
    expect(here.faults).toEqual([])
  })

  test('are ended and not removed, as the desk sees them', async () => {
    await send(here, list('V1', dg1('I10', 'F'), dg1('E11', 'F')), list('V1', dg1('I10', 'F')))
    const ended = (await here.records('conditions')).find((one) => codeOf(one) === 'E11') as AnyDocument
    const carla = await atTheDesk(here)
    expect(await carla.see('conditions', ended.id)).toMatchObject({
      clinicalStatus: 'inactive',
      verificationStatus: 'confirmed',
      removedAt: null,
      sources: { clinicalStatus: { origin: 'feed', message: (await inbox(here))[1]?.id } },
    })
  })

  test('that a person entered, or has spoken of, are not the feed’s to end', async () => {
    await send(here, list('V1', dg1('I10', 'F'), dg1('E11', 'F'), dg1('N18', 'F')))
    const [stay] = await here.records('encounters')
    const carla = await atTheDesk(here)
    const own = await carla.create('conditions', {
      patientId: stay?.['patientId'],
      encounterId: stay?.id,
      siteIds: [site],
      code: { codings: [], text: 'Entered by hand' },
      category: 'encounter-diagnosis',
      diagnosisUse: 'final',
    })
    const of = async (code: string) =>
      (await here.records('conditions')).find((one) => codeOf(one) === code) as AnyDocument
    await carla.edit('conditions', (await of('E11')).id, { clinicalStatus: 'recurrence' })
    await carla.edit('conditions', (await of('N18')).id, { notes: ['Since 2019'] })
    // Without a time of its own it is of now, and later than what the person said.
    await send(here, adtAt('', 'A08', '1', visit('V1'), dg1('I10', 'F')))
    expect(await carla.see('conditions', own)).toMatchObject({ clinicalStatus: 'active' })
    expect(await of('E11')).toMatchObject({ clinicalStatus: 'recurrence' })
    expect(await of('N18')).toMatchObject({ clinicalStatus: 'inactive', notes: ['Since 2019'] })
  })
})

describe('what is no list of diagnoses', () => {
  let here: Hospital

  beforeEach(async () => {
    here = await openHospital()
    await send(here, list('V1', dg1('I10', 'F', { number: '1' }), dg1('E11', 'F', { number: '2' })))
  })
  afterEach(() => here.close())

  const list = (number: string, ...lines: readonly string[]) => adt('A08', '1', visit(number), ...lines)
  const statuses = async () => {
    const all = await here.records('conditions')
    return Object.fromEntries(
      all.map((one) => [codeOf(one), one['clinicalStatus'] ?? one['verificationStatus']]),
    )
  }
  const both = { I10: 'active', E11: 'active' }

  test('a message without one, one with a line that can not be read, and one of a visit that nothing tells apart', async () => {
    await send(here, list('V1'), list('V1', dg1('I10', 'F', { number: '1' }), dg1('', 'F')))
    await send(here, adt('A08', '1', pv1({ 2: 'I' }), dg1('N18', 'F')))
    expect(await statuses()).toEqual({ ...both, N18: 'active' })
  })

  test('one that says of each what is to be done (DG1-21)', async () => {
    await send(here, list('V1', dg1('N18', 'F', { number: '3', action: 'A' })))
    expect(await statuses()).toEqual({ ...both, N18: 'active' })
    await send(here, list('V1', dg1('E11', 'F', { number: '2', action: 'D' })))
    expect(await statuses()).toEqual({ I10: 'active', E11: 'entered-in-error', N18: 'active' })
    // A list does not end what was an error, and brings it back where it names it.
    await send(here, list('V1', dg1('I10', 'F', { number: '1' })))
    expect(await statuses()).toEqual({ I10: 'active', E11: 'entered-in-error', N18: 'inactive' })
    await send(here, list('V1', dg1('I10', 'F', { number: '1' }), dg1('E11', 'F', { number: '2' })))
    expect(await statuses()).toEqual({ ...both, N18: 'inactive' })
  })

  test('a number is one diagnosis, whatever its type has become', async () => {
    await send(here, list('V1', dg1('I10', 'A', { number: '1' })))
    expect(await here.records('conditions')).toMatchObject([
      { diagnosisUse: 'admitting', clinicalStatus: 'active' },
      { diagnosisUse: 'final', clinicalStatus: 'active' },
    ])
  })

  test('"" in DG1-3 says that there is none', async () => {
    await send(here, list('V1', dg1('""', 'A')))
    expect(await statuses()).toEqual(both)
    await send(here, list('V1', dg1('""', 'F')))
    expect(await statuses()).toEqual({ I10: 'inactive', E11: 'inactive' })
    expect((await inbox(here)).at(-1)?.facts).not.toHaveProperty('unread')
  })

  test('a list that comes late does not end what a later one has stated', async () => {
    const [early, late] = [nextTime(), nextTime()]
    await send(here, adtAt(late, 'A08', '1', visit('V3'), dg1('I10', 'F'), dg1('E11', 'F')))
    await send(here, adtAt(early, 'A08', '1', visit('V3'), dg1('I10', 'F')))
    const active = (await here.records('conditions')).filter((one) => one['clinicalStatus'] === 'active')
    expect(active).toHaveLength(4)
  })
})

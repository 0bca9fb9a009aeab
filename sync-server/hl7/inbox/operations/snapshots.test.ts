import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { feedOf, settingsJson } from '../../feed-config.ts'
import { adt, adtAt, nextTime } from '../../testing/events.ts'
import { send } from '../../testing/exchange.ts'
import { openHospital } from '../../testing/hospital.ts'
import type { Hospital } from '../../testing/hospital.ts'
import { atTheDesk } from '../../testing/person.ts'

let here: Hospital

const al1 = (text: string, index = 1): string =>
  `AL1|${index}|DA|${text === '' ? '' : `${text}^${text}^L`}|SV|Rash`

async function active(): Promise<string[]> {
  const all = await here.records('allergies')
  const now = all.filter(({ clinicalStatus }) => clinicalStatus === 'active')
  return now.map((one) => (one['code'] as { codings: { code: string }[] }).codings[0]?.code ?? '').toSorted()
}

describe.each(['sqlite', 'postgres'] as const)('a list that a feed repeats, over %s', (dialect) => {
  beforeEach(async () => {
    here = await openHospital({ dialect })
  })
  afterEach(() => here.close())

  test('an allergy that is not listed any more has ended; one that is listed again has not', async () => {
    await send(here, adt('A08', '1', al1('LATEX'), al1('NUTS', 2)))
    expect(await active()).toEqual(['LATEX', 'NUTS'])
    await send(here, adt('A08', '1', al1('NUTS')))
    expect(await active()).toEqual(['NUTS'])
    expect(await here.records('allergies')).toHaveLength(2)
    await send(here, adt('A08', '1', al1('LATEX'), al1('NUTS', 2)))
    expect(await active()).toEqual(['LATEX', 'NUTS'])
  })

  test('a message without a list ends nothing, nor does one with a line that can not be read', async () => {
    await send(here, adt('A08', '1', al1('LATEX'), al1('NUTS', 2)))
    await send(here, adt('A08', '1'), adt('A08', '1', al1('NUTS'), al1('', 2)))
    expect(await active()).toEqual(['LATEX', 'NUTS'])
  })

  test('a list that comes late does not end what a later one has stated', async () => {
    const [early, late] = [nextTime(), nextTime()]
    await send(here, adtAt(late, 'A08', '1', al1('LATEX'), al1('NUTS', 2)))
    await send(here, adtAt(early, 'A08', '1', al1('NUTS')))
    expect(await active()).toEqual(['LATEX', 'NUTS'])
  })

  test('insurances and relatives end alike, and of another patient nothing does', async () => {
    const in1 = (plan: string): string => `IN1|1|${plan}^${plan}^L|INS-1|Synthetic Mutual`
    const nk1 = (name: string): string => `NK1|1|${name}^Ann|SIS^Sister^HL70063`
    await send(here, adt('A08', '1', nk1('Vahl'), in1('GOLD')), adt('A08', '2', nk1('Orr'), in1('SILVER')))
    await send(here, adt('A08', '1', nk1('Vahl-Ott'), in1('BRONZE')))
    const patients = await here.records('patients')
    const first = patients.find((one) => JSON.stringify(one['identifiers']).includes(':"1"'))?.id
    const of = (all: Awaited<ReturnType<typeof here.records>>, field: string) => ({
      first: all
        .filter(({ patientId }) => patientId === first)
        .map((one) => String(one[field]))
        .toSorted(),
      others: all.filter(({ patientId }) => patientId !== first).map((one) => String(one[field])),
    })
    const coverage = of(await here.records('coverage'), 'status')
    expect([coverage.first, coverage.others]).toEqual([['active', 'cancelled'], ['active']])
    const relatives = of(await here.records('related-persons'), 'active')
    expect([relatives.first, relatives.others]).toEqual([['false', 'true'], ['true']])
  })

  test('what a person has said of an allergy is not ended by a list, unless the feed owns that', async () => {
    await send(here, adt('A08', '1', al1('LATEX'), al1('NUTS', 2)))
    const carla = await atTheDesk(here)
    const latex = (await here.records('allergies')).find((one) => JSON.stringify(one).includes('LATEX'))
    if (latex === undefined) throw new Error('no allergy')
    await carla.edit('allergies', latex.id, { clinicalStatus: 'resolved' })
    await carla.edit('allergies', latex.id, { clinicalStatus: 'active' })
    // Without a time of its own it is of now, and later than what the person said.
    await send(here, adtAt('', 'A08', '1', al1('NUTS')))
    expect(await active()).toEqual(['LATEX', 'NUTS'])
    const [feed] = await here.store.feeds.list()
    if (feed === undefined) throw new Error('no feed')
    const settings = { ...feedOf(feed).settings, ownership: { allergies: { '*': 'feed' as const } } }
    await here.store.feeds.save({ ...feed, settings: settingsJson(settings) })
    await here.hl7.feeds.reload()
    await send(here, adtAt('', 'A08', '1', al1('NUTS')))
    expect(await active()).toEqual(['NUTS'])
  })
})

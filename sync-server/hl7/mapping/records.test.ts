import { afterEach, describe, expect, test } from 'vitest'
import { inbox, send, states } from '../testing/exchange.ts'
import { openHospital } from '../testing/hospital.ts'
import type { Hospital, HospitalOptions } from '../testing/hospital.ts'
import { admit, book, discharge, register, result, samples, update } from '../testing/messages.ts'

let hospital: Hospital | null = null

afterEach(async () => {
  await hospital?.close()
  hospital = null
})

async function open(options: HospitalOptions = {}): Promise<Hospital> {
  hospital = await openHospital(options)
  return hospital
}

describe('from the wire to the record', () => {
  test('an admission makes the patient and the visit, with where they came from', async () => {
    const here = await open()
    expect(await send(here, admit('1'))).toEqual(['AA'])
    const [patient, ...others] = await here.documents('patients')
    expect(others).toEqual([])
    expect(patient).toMatchObject({
      birthDate: '1980-02-29',
      administrativeGender: 'female',
      names: [
        { use: 'official', family: 'Vahl', given: ['Jane', 'Ottilie'], prefix: ['Ms.'] },
        { use: 'maiden', family: 'Ott' },
      ],
      addresses: [
        {
          use: 'home',
          lines: ['14 Pell Street', 'Unit 2'],
          city: 'Ashby',
          postalCode: '12001',
          country: 'USA',
        },
      ],
      telecoms: [
        { system: 'phone', use: 'home', value: '+1 555 0100201' },
        { system: 'email', value: 'jane.vahl@example.org' },
        { system: 'phone', use: 'work' },
      ],
      languages: [{ language: 'en', preferred: true }],
    })
    const [encounter] = await here.documents('clinical')
    expect(encounter).toMatchObject({
      patientId: patient?.id,
      class: 'inpatient',
      status: 'in-progress',
      period: { start: '2026-05-11T12:15:00.000Z' },
      location: { pointOfCare: '4W', room: '412', bed: 'B', facility: 'GENERAL' },
      attending: { name: 'Dr. Amara Osei', identifiers: [{ value: '1881018420', type: 'NPI' }] },
      reason: { text: 'Chest pain' },
    })
    const [entry] = await inbox(here)
    expect(entry).toMatchObject({ state: 'applied', facts: { created: 2 } })
    expect(patient?.sources['birthDate']).toMatchObject({
      origin: 'feed',
      by: entry?.feedId,
      message: entry?.id,
      at: '2026-05-11T12:30:00.000Z',
    })
    expect(here.faults).toEqual([])
  })

  test('updates find the same patient and visit; an unsaid field stays, "" empties, an identifier is never lost', async () => {
    const here = await open()
    await send(here, admit('1'), update('2', { street: '15 Pell Street' }), discharge('3'))
    expect(await states(here)).toEqual(['applied', 'applied', 'applied'])
    const [patient, ...others] = await here.documents('patients')
    expect(others).toEqual([])
    expect(patient).toMatchObject({
      maritalStatus: expect.objectContaining({}),
      telecoms: [{}, {}, {}],
      identifiers: [{ value: 'EX-44' }, { value: 'MR7001' }].toReversed(),
    })
    const [encounter, ...more] = await here.documents('clinical')
    expect(more).toEqual([])
    expect(encounter).toMatchObject({
      status: 'finished',
      period: { start: '2026-05-11T12:15:00.000Z', end: '2026-05-13T14:30:00.000Z' },
    })
  })

  test('a registration in Latin-1, of a patient whose birth year only is known', async () => {
    const here = await open()
    await send(here, register('1'))
    expect((await here.documents('patients'))[0]).toMatchObject({
      birthDate: '1975',
      names: [{ family: 'Núñez', given: ['José'] }],
      addresses: [{ lines: ['Straße 5'], city: 'Ålesund' }],
    })
    expect((await here.documents('clinical'))[0]).toMatchObject({ class: 'outpatient', status: 'arrived' })
  })

  test('a booking makes the appointment in the time of the site; the filler number finds it again', async () => {
    const here = await open()
    await send(here, book('1'), book('2', { start: '20260521190000+0000' }))
    const [appointment, ...others] = await here.documents('appointments')
    expect(others).toEqual([])
    expect(appointment).toMatchObject({
      status: 'booked',
      start: { local: '2026-05-21T15:00:00', zone: 'America/New_York' },
      durationMinutes: 30,
      practitioner: { name: 'Dr. Amara Osei' },
      service: { codings: [{ system: 'http://www.ama-assn.org/go/cpt', code: '99213' }] },
      note: 'Bring the referral letter\nand a list of medicines',
      patientId: (await here.documents('patients'))[0]?.id,
    })
  })

  test('a result makes one observation for each finding, of every value type', async () => {
    const here = await open()
    await send(here, admit('1'), result('2'))
    const clinical = await here.documents('clinical')
    const encounter = clinical.find(({ kind }) => kind === 'encounter')
    const found = clinical.filter(({ kind }) => kind === 'observation')
    const of = (code: string) =>
      found.find((one) => (one['code'] as { codings: { code: string }[] }).codings[0]?.code === code)
    expect(found).toHaveLength(10)
    expect(of('2951-2')).toMatchObject({
      encounterId: encounter?.id,
      status: 'final',
      category: 'laboratory',
      value: { type: 'quantity', quantity: { value: '139', unit: 'mmol/L', code: 'mmol/L' } },
      referenceRange: { low: '136', high: '145' },
      interpretation: ['N'],
      effectiveAt: '2026-05-11T13:10:00.000Z',
      issuedAt: '2026-05-11T14:15:00.000Z',
      notes: ['Repeated'],
      panel: { codings: [{ code: '24321-2' }] },
    })
    expect(of('1988-5')?.['value']).toMatchObject({ quantity: { value: '5', comparator: '<' } })
    expect(of('600-7')?.['value']).toMatchObject({
      type: 'coded',
      concept: { codings: [{ code: '112283007' }] },
    })
    expect(of('8251-1')?.['value']).toEqual({ type: 'text', text: 'first line\nsecond line' })
    expect(of('11368-8')?.['value']).toEqual({ type: 'moment', moment: '2026-05-09' })
    expect(of('X-TIME')?.['value']).toEqual({ type: 'time', time: '09:15:00' })
    expect(of('11502-2')).toMatchObject({
      value: { type: 'attachment', attachment: { mime: 'application/pdf', name: 'Report' } },
    })
    expect(of('2160-0')?.['value']).toEqual({ type: 'text', text: 'see note' })
    expect(of('5196-1')?.['value']).toMatchObject({ type: 'range', low: '1', high: '128', separator: ':' })
    expect((await inbox(here))[1]?.facts).toMatchObject({ unread: 'OBX[9]-5' })
  })

  test('a result goes from preliminary to final to corrected; an older status never returns', async () => {
    const here = await open()
    const sodium = async () => {
      const found = (await here.documents('clinical')).filter(({ kind }) => kind === 'observation')
      expect(found).toHaveLength(10)
      const one = found.find((each) => (each['code'] as { text?: string }).text === 'Sodium')
      const value = one?.['value'] as { quantity: { value: string } } | undefined
      return [one?.['status'], value?.quantity.value]
    }
    await send(here, result('1', { status: 'P', sodium: '140' }))
    expect(await sodium()).toEqual(['preliminary', '140'])
    await send(here, result('2', { status: 'F', sodium: '139' }))
    await send(here, result('3', { status: 'P', sodium: '140' }))
    expect(await sodium()).toEqual(['final', '139'])
    await send(here, result('4', { status: 'C', sodium: '141' }))
    await send(here, result('5', { status: 'F', sodium: '139' }))
    expect(await sodium()).toEqual(['corrected', '141'])
    expect((await inbox(here)).map(({ facts }) => facts['stale'])).toEqual([
      undefined,
      undefined,
      11,
      undefined,
      11,
    ])
  })

  test('a result makes a patient that is not known, and changes none that is', async () => {
    const here = await open()
    await send(here, result('1'))
    const [made] = await here.documents('patients')
    expect(made).toMatchObject({ names: [{ family: 'Vahl' }, {}], siteIds: [expect.any(String)] })
    const other = result('2').toString().replace('14 Pell Street', '99 Elsewhere')
    await send(here, Buffer.from(other))
    expect((await here.documents('patients'))[0]?.['addresses']).toMatchObject([
      { lines: ['14 Pell Street', 'Unit 2'] },
    ])
  })

  test.each(samples())('$name is applied', async ({ bytes }) => {
    const here = await open()
    expect(await send(here, bytes)).toEqual(['AA'])
    expect(await states(here)).toEqual(['applied'])
    expect(here.faults).toEqual([])
  })
})

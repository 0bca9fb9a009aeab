import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError, blankOf } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { documentsOf } from '#app/testing/arbitraries.ts'
import { refer, resourceOf, siteTags } from '../convert/index.ts'
import { withoutConfidential } from '../access/restrictions.ts'
import type { WritableType } from '../resource-types.ts'
import { acceptors } from './index.ts'

const site = '0190b3a0-7c1e-7abc-8def-00000000a001'
const patientId = '0190b3a0-7c1e-7abc-8def-00000000a002'
const own = { ownSites: [site], zoneOf: () => 'America/New_York' }

/** A resource as it is read, as it goes over the wire. */
function shownOf(view: AnyDocument, module: 'patients' | 'appointments', seesAll: boolean) {
  const made = resourceOf(module, seesAll ? view : withoutConfidential(view), refer)
  const shown = {
    ...made,
    meta: { versionId: '1.x', lastUpdated: '2026-01-01T00:00:00.000Z', tag: siteTags(view) },
  }
  return JSON.parse(JSON.stringify(shown)) as Record<string, never>
}

function change(view: AnyDocument, said: object, seesAll = false): AnyDocument {
  const shown = shownOf(view, 'patients', seesAll)
  return acceptors.Patient.accept({ ...shown, ...said }, { isNew: false, view, shown, seesAll, ...own })
}

function create(type: WritableType, said: object): AnyDocument {
  const { module } = acceptors[type]
  const stamp = { at: '2026-01-01T00:00:00.000Z', by: 'c', origin: 'client' } as const
  const view = {
    id: patientId,
    kind: module.kind,
    orgId: patientId,
    rev: '',
    edit: '',
    scopes: [],
    removedAt: null,
    created: stamp,
    updated: stamp,
    ext: {},
    sources: {},
    conflicts: [],
    ...blankOf(module),
  }
  return acceptors[type].accept(
    { resourceType: type, ...said },
    { isNew: true, view, shown: {}, seesAll: false, ...own },
  )
}

/** The code, and the element that it names. */
function refusalOf(work: () => unknown): readonly unknown[] {
  try {
    work()
  } catch (thrown) {
    if (thrown instanceof AppError) return [thrown.code, thrown.facts['element']]
    throw thrown
  }
  return ['taken']
}

describe.each([
  ['Patient', 'patients'],
  ['Appointment', 'appointments'],
] as const)('%s', (type, name) => {
  it.each([true, false])('sent back as it was read changes nothing (shown all: %s)', (seesAll) => {
    const module: AnyModule = modules[name]
    fc.assert(
      fc.property(documentsOf(module), (view) => {
        const shown = shownOf(view, name, seesAll)
        const accepting = { isNew: false, view, shown, seesAll, ...own }
        expect(acceptors[type].accept(structuredClone(shown), accepting)).toEqual(view)
      }),
      { numRuns: 100 },
    )
  })
})

const ada = { name: [{ family: 'Quell', given: ['Ada'] }] }
const mrn = {
  type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
  system: 'urn:oid:1.2.3',
  value: '77',
}

describe('a new Patient', () => {
  it('says what FHIR says, in our words', () => {
    const view = create('Patient', {
      ...ada,
      identifier: [mrn],
      telecom: [{ system: 'phone', value: '+1 555 0100' }],
      address: [{ type: 'postal', line: ['5 Quay Street'], city: 'Ashby' }],
      gender: 'female',
      birthDate: '1984-03',
      deceasedDateTime: '2026-02-01T10:00:00+02:00',
      communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }], text: 'Spanish' } }],
    })
    expect(view).toMatchObject({
      siteIds: [site],
      identifiers: [{ value: '77', type: 'MR', authority: { universalId: '1.2.3', universalIdType: 'ISO' } }],
      names: [{ use: 'official', family: 'Quell', given: ['Ada'] }],
      telecoms: [{ system: 'phone', use: 'home', confidential: false }],
      addresses: [{ use: 'mailing', lines: ['5 Quay Street'], city: 'Ashby' }],
      birthDate: '1984-03',
      deceased: { deceased: true, at: '2026-02-01T08:00:00.000Z' },
      languages: [{ language: 'es', preferred: false }],
    })
  })

  it('is refused by the element that has no place here, wherever it stands', () => {
    const refused = (said: object) => refusalOf(() => create('Patient', { ...ada, ...said }))
    expect(refused({ contact: [] })).toEqual(['fhir.not-kept', 'Patient.contact'])
    expect(refused({ extension: [] })).toEqual(['fhir.not-kept', 'Patient.extension'])
    expect(refused({ _birthDate: {} })).toEqual(['fhir.not-kept', 'Patient._birthDate'])
    expect(refused({ name: [{ family: 'Q', extension: [] }] })).toEqual([
      'fhir.not-kept',
      'Patient.name[0].extension',
    ])
    expect(refused({ address: [{ text: 'Ashby' }] })).toEqual(['fhir.not-kept', 'Patient.address[0].text'])
    expect(refused({ active: false })).toEqual(['fhir.not-kept', 'Patient.active'])
    expect(refused({ link: [] })).toEqual(['fhir.not-kept', 'Patient.link'])
    expect(refused({ meta: { tag: [{ system: 'urn:x', code: 'y' }] } })).toEqual([
      'fhir.not-kept',
      'Patient.meta.tag[0]',
    ])
    const security = [{ system: 'urn:x', code: 'R' }]
    expect(refused({ meta: { security } })).toEqual(['fhir.not-kept', 'Patient.meta.security'])
    expect(refused({ 'Ada Quell': 1 })).toEqual(['fhir.not-kept', 'Patient.element'])
  })

  it('is refused by the element that is not valid', () => {
    const refused = (said: object) => refusalOf(() => create('Patient', { ...ada, ...said }))
    expect(refused({ name: undefined })).toEqual(['fhir.invalid', 'Patient.name'])
    expect(refused({ gender: 'purple' })).toEqual(['fhir.invalid', 'Patient.gender'])
    expect(refused({ birthDate: '1984-02-30' })).toEqual(['fhir.invalid', 'Patient.birthDate'])
    expect(refused({ identifier: [{ system: 'urn:oid:1.2.3', value: '77' }] })).toEqual([
      'fhir.invalid',
      'Patient.identifier[0].type',
    ])
    expect(refused({ address: [{ city: 'Ashby', country: 'Nowhere' }] })).toEqual([
      'fhir.invalid',
      'Patient.address[0]',
    ])
    expect(refused({ deceasedBoolean: true, deceasedDateTime: '2026' })).toEqual([
      'fhir.invalid',
      'Patient.deceasedDateTime',
    ])
  })
})

describe('a Patient that is changed', () => {
  const telecoms = [
    { key: 'a', system: 'phone', value: '1', use: 'home', confidential: true },
    { key: 'b', system: 'phone', value: '2', use: 'work', confidential: false },
    { key: 'c', system: 'email', value: 'a@b', use: 'home', confidential: false },
  ]
  const view: AnyDocument = { ...create('Patient', ada), telecoms }

  it('keeps what the client was not shown, and the key of what it corrected', () => {
    const telecom = [{ system: 'phone', value: '22', use: 'work' }]
    expect(change(view, { telecom })['telecoms']).toEqual([{ ...telecoms[1], value: '22' }, telecoms[0]])
    expect(change(view, { telecom: undefined })['telecoms']).toEqual([telecoms[0]])
  })

  it('keeps confidential what was confidential, whoever corrects it', () => {
    const telecom = [{ system: 'phone', value: '11', use: 'home' }]
    expect(change(view, { telecom }, true)['telecoms']).toEqual([{ ...telecoms[0], value: '11' }])
    expect(change(view, { telecom: [] }, true)['telecoms']).toEqual([telecoms[0]])
  })

  it('is in a site more, never in one less', () => {
    const other = '0190b3a0-7c1e-7abc-8def-00000000a009'
    const tag = [{ system: 'urn:rounds:site', code: other }]
    expect(change(view, { meta: { tag } })['siteIds']).toEqual([site, other])
    expect(change(view, { meta: {} })['siteIds']).toEqual([site])
  })

  it('is empty where nothing is stated any more', () => {
    const born = { ...view, birthDate: '1984', maritalStatus: { codings: [], text: 'married' } }
    const changed = change(born, { birthDate: undefined, maritalStatus: undefined })
    expect([changed['birthDate'], changed['maritalStatus']]).toEqual([null, null])
  })
})

const booking = {
  status: 'booked',
  start: '2026-05-20T18:30:00Z',
  participant: [{ actor: { reference: `Patient/${patientId}` }, status: 'accepted' }],
}

describe('a new Appointment', () => {
  it('is a time on the wall of its site', () => {
    const view = create('Appointment', { ...booking, end: '2026-05-20T19:15:00Z' })
    expect(view).toMatchObject({
      patientId,
      siteId: site,
      start: { local: '2026-05-20T14:30:00', zone: 'America/New_York' },
      durationMinutes: 45,
      practitioner: null,
      locationId: null,
    })
  })

  it('is refused by what it can not be', () => {
    const refused = (said: object) => refusalOf(() => create('Appointment', { ...booking, ...said }))
    expect(refused({ start: undefined })).toEqual(['fhir.invalid', 'Appointment.start'])
    expect(refused({ status: 'waitlist' })).toEqual(['fhir.invalid', 'Appointment.status'])
    expect(refused({ slot: [] })).toEqual(['fhir.not-kept', 'Appointment.slot'])
    expect(refused({ minutesDuration: 30, end: '2026-05-20T19:15:00Z' })).toEqual([
      'fhir.invalid',
      'Appointment.minutesDuration',
    ])
    expect(refused({ participant: [...booking.participant, ...booking.participant] })).toEqual([
      'fhir.not-kept',
      'Appointment.participant[1]',
    ])
    expect(refused({ participant: [{ actor: { display: 'Dr. Vahl' }, status: 'accepted' }] })).toEqual([
      'fhir.invalid',
      'Appointment.participant',
    ])
    expect(refused({ cancelationReason: { text: 'Snow' } })).toEqual([
      'fhir.not-kept',
      'Appointment.cancelationReason',
    ])
  })
})

import type { DataOfModule } from '#app/modules/index.ts'
import { folded } from '#app/values/index.ts'
import type { HumanName } from '#app/values/index.ts'
import type { Part, Segment } from '../parse/message.ts'
import { read, repetitionsOf } from '../parse/path.ts'
import { mapping } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { addressesOf, namesOf, telecomsOf } from './person.ts'
import { personRecord } from './record.ts'
import type { About } from './record.ts'
import { genders } from './tables.ts'
import { conceptAt, dateAt, identifiersAt, oneLine } from './value-readers.ts'

// NK1, GT1 and the mother whom PID-6 and PID-21 name: who belongs to a patient.

type Role = DataOfModule<'related-persons'>['roles'][number]

/** Table 0131, and the words that senders write instead. */
const roles: Readonly<Record<string, Role>> = {
  C: 'emergency-contact',
  N: 'next-of-kin',
  E: 'employer',
  F: 'employer',
  G: 'guarantor',
  I: 'insured',
  S: 'other',
  U: 'other',
  O: 'other',
}

type Source = {
  readonly segment: Segment
  readonly names: number
  readonly relationship: number
  readonly addresses: number
  readonly home: number
  readonly work: number
  readonly gender: number
  readonly birthDate: number
  readonly organization: number
  readonly identifiers: readonly number[]
  readonly role: (segment: Segment) => Role
}

const kin = {
  names: 2,
  relationship: 3,
  addresses: 4,
  home: 5,
  work: 6,
  gender: 15,
  birthDate: 16,
  organization: 13,
  identifiers: [12, 33],
  role: (segment: Segment) => roles[read(segment, '7').toUpperCase()] ?? 'next-of-kin',
} as const

const guarantor = {
  names: 3,
  relationship: 11,
  addresses: 5,
  home: 6,
  work: 7,
  gender: 9,
  birthDate: 8,
  organization: 21,
  identifiers: [2, 12],
  role: (): Role => 'guarantor',
} as const

/** A guarantor who is the patient is nobody else. */
const isPatient: ReadonlySet<string> = new Set(['SEL', 'SELF', 'S', '18'])

export function relatedPersons(
  pid: Part,
  segments: readonly Segment[],
  about: About,
  context: MappingContext,
): MappedParts {
  const nextOfKin = segments.filter(({ name }) => name === 'NK1')
  const guarantors = segments.filter(
    (segment) => segment.name === 'GT1' && !isPatient.has(read(segment, '11').toUpperCase()),
  )
  const intents = [
    ...nextOfKin.map((segment) => relatedPerson({ ...kin, segment }, about, context)),
    ...guarantors.map((segment) => relatedPerson({ ...guarantor, segment }, about, context)),
    mother(pid, about, context),
  ].filter((intent) => intent !== null)
  if (nextOfKin.length === 0) return mapping(intents)
  const kept = intents.map(({ label }) => label)
  return mapping(intents, [
    {
      type: 'snapshot',
      module: 'related-persons',
      of: about.patient,
      kept,
      ended: { active: false },
      among: { field: 'roles', any: Object.values(roles).filter((role) => role !== 'guarantor') },
    },
  ])
}

function relatedPerson(source: Source, about: About, context: MappingContext): Intent | null {
  const { segment } = source
  const place = `${segment.name}[${segment.occurrence}]`
  const names = namesOf(repetitionsOf(segment, source.names), `${place}-${source.names}`, context)
  const organization = oneLine(read(segment, String(source.organization))).slice(0, 250)
  if (names.length === 0 && organization === '') return null
  const relationship = conceptAt(segment, source.relationship, context, 'HL70063')
  const gender = read(segment, String(source.gender)).toUpperCase()
  const identifiers = source.identifiers.flatMap((field) => identifiersAt(segment, field, 'PI', context))
  const telecoms = telecomsOf(
    [
      { repetitions: repetitionsOf(segment, source.home), usual: 'home' },
      { repetitions: repetitionsOf(segment, source.work), usual: 'work' },
      ...(segment.name === 'NK1'
        ? [{ repetitions: repetitionsOf(segment, 40), usual: 'home' as const }]
        : []),
    ],
    `${place}-${source.home}`,
    context,
  )
  const addresses = addressesOf(
    repetitionsOf(segment, source.addresses),
    `${place}-${source.addresses}`,
    context,
  )
  return personRecord(
    {
      module: 'related-persons',
      label: `${place} of ${about.patient}`,
      key: [segment.name, nameKey(names), relationship?.codings[0]?.code ?? '', organization],
      fields: {
        identifiers: identifiers.length === 0 ? undefined : identifiers,
        names: names.length === 0 ? undefined : names,
        organization: organization === '' ? undefined : organization,
        relationship: relationship === undefined ? undefined : [relationship],
        roles: [source.role(segment)],
        telecoms: telecoms.length === 0 ? undefined : telecoms,
        addresses: addresses.length === 0 ? undefined : addresses,
        administrativeGender: gender === '' ? undefined : (genders[gender.slice(0, 1)] ?? 'unknown'),
        birthDate: dateAt(segment, String(source.birthDate), `${place}-${source.birthDate}`, context),
        active: true,
      },
      places: { names: `${place}-${source.names}`, telecoms: `${place}-${source.home}` },
      adds: ['identifiers', 'roles'],
    },
    { ...about, encounter: null },
    context,
  )
}

/** PID-6 is the mother's name, PID-21 her number: hers, and none of the patient's. */
function mother(pid: Part, about: About, context: MappingContext): Intent | null {
  const names = namesOf(repetitionsOf(pid, 6), 'PID-6', context)
  const identifiers = identifiersAt(pid, 21, 'PI', context)
  if (names.length === 0) return null
  return personRecord(
    {
      module: 'related-persons',
      label: `mother of ${about.patient}`,
      key: ['mother', nameKey(names)],
      fields: {
        identifiers: identifiers.length === 0 ? undefined : identifiers,
        names,
        relationship: [motherhood],
      },
      places: { names: 'PID-6', identifiers: 'PID-21' },
    },
    { ...about, encounter: null },
    context,
  )
}

const motherhood = {
  codings: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH', display: 'mother' }],
}

function nameKey(names: readonly HumanName[]): string {
  const [first] = names
  return first === undefined ? '' : folded([first.family ?? '', ...first.given].join(' '))
}

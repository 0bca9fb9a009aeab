import type { DataOfModule } from '#app/modules/index.ts'
import type { Address, CodeableConcept, HumanName, Identifier, Telecom } from '#app/values/index.ts'
import { standardCode } from '../../code-tables.ts'
import type { Part, Segment } from '../../parse/message.ts'
import { read, repetitionsOf } from '../../parse/path.ts'
import type { MappingContext } from '../mapped.ts'
import { addressesOf, namesOf, telecomsOf } from '../person.ts'
import { relatedRoles } from '../tables.ts'
import { conceptAt, dateAt, identifiersAt, oneLine } from '../value-readers.ts'

// What NK1, GT1, IN1 with IN2, and PID say of somebody who belongs to the patient, as one shape. Pure.

type Related = DataOfModule<'related-persons'>
export type Role = Related['roles'][number]

export type StatedPerson = {
  /** The segment, as a place. */
  readonly place: string
  /** What tells those of one segment from those of another. */
  readonly kind: 'NK1' | 'GT1' | 'IN1' | 'mother'
  readonly role: Role | null
  readonly names: readonly HumanName[]
  readonly organization: string
  readonly relationship: CodeableConcept | undefined
  readonly identifiers: readonly Identifier[]
  readonly telecoms: readonly Telecom[]
  readonly addresses: readonly Address[]
  /** A code of table 0001, or what was written instead. */
  readonly gender: string
  readonly birthDate: string | undefined
}

/** Where a segment says what: the numbers of its fields. */
type Fields = {
  readonly names: number
  readonly organization: number | null
  readonly relationship: number
  readonly addresses: readonly number[]
  readonly home: readonly number[]
  readonly work: readonly number[]
  readonly gender: number
  readonly birthDate: number
  readonly identifiers: readonly number[]
}

/** NK1-31, 32 and 41 are of a person through whom the next of kin is reached. */
const kin: Fields = {
  names: 2,
  organization: 13,
  relationship: 3,
  addresses: [4, 32],
  home: [5, 40],
  work: [6, 31, 41],
  gender: 15,
  birthDate: 16,
  identifiers: [12, 33],
}

const guarantorFields: Fields = {
  names: 3,
  organization: 21,
  relationship: 11,
  addresses: [5],
  home: [6],
  work: [7],
  gender: 9,
  birthDate: 8,
  identifiers: [2, 12, 19],
}

const insuredFields: Fields = {
  names: 16,
  organization: null,
  relationship: 17,
  addresses: [19],
  home: [],
  work: [],
  gender: 43,
  birthDate: 18,
  identifiers: [49],
}

/** NK1. Where only who answers for the next of kin is named (NK1-30), that is the name. */
export function nextOfKin(segment: Segment, context: MappingContext): StatedPerson {
  const said = personIn(segment, 'NK1', kin, context)
  const role = relatedRoles[standardCode(context.settings, '0131', read(segment, '7'))] ?? 'next-of-kin'
  if (said.names.length > 0) return { ...said, role }
  return { ...said, role, names: namesOf(repetitionsOf(segment, 30), `${said.place}-30`, context) }
}

/** GT1. */
export function guarantor(segment: Segment, context: MappingContext): StatedPerson {
  return { ...personIn(segment, 'GT1', guarantorFields, context), role: 'guarantor' }
}

/** IN1 with the IN2 behind it. */
export function insured(in1: Segment, in2: Segment | null, context: MappingContext): StatedPerson {
  const said = personIn(in1, 'IN1', insuredFields, context)
  if (in2 === null) return { ...said, role: 'insured' }
  const place = `IN2[${in2.occurrence}]`
  const home = [{ repetitions: repetitionsOf(in2, 63), usual: 'home' as const }]
  return {
    ...said,
    role: 'insured',
    identifiers: [
      ...said.identifiers,
      ...identifiersAt(in2, 1, 'EI', context),
      ...identifiersAt(in2, 2, 'SS', context),
    ],
    telecoms: telecomsOf(home, `${place}-63`, context),
  }
}

/** PID-6 is the mother's name, PID-21 her number: hers, and none of the patient's. */
export function mother(pid: Part, context: MappingContext): StatedPerson {
  return {
    place: 'PID',
    kind: 'mother',
    role: null,
    names: namesOf(repetitionsOf(pid, 6), 'PID-6', context),
    organization: '',
    relationship: motherhood,
    identifiers: identifiersAt(pid, 21, 'PI', context),
    telecoms: [],
    addresses: [],
    gender: '',
    birthDate: undefined,
  }
}

const motherhood: CodeableConcept = {
  codings: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH', display: 'mother' }],
}

function personIn(
  segment: Segment,
  kind: StatedPerson['kind'],
  fields: Fields,
  context: MappingContext,
): Omit<StatedPerson, 'role'> {
  const place = `${segment.name}[${segment.occurrence}]`
  const at = (field: number) => ({ repetitions: repetitionsOf(segment, field), place: `${place}-${field}` })
  const lines = (numbers: readonly number[], usual: 'home' | 'work') =>
    numbers.map((field) => ({ repetitions: at(field).repetitions, usual }))
  const { organization, birthDate } = fields
  return {
    place,
    kind,
    names: namesOf(at(fields.names).repetitions, at(fields.names).place, context),
    organization: organization === null ? '' : oneLine(read(segment, String(organization))).slice(0, 250),
    relationship: conceptAt(segment, fields.relationship, context, 'HL70063'),
    identifiers: fields.identifiers.flatMap((field) => identifiersAt(segment, field, 'PI', context)),
    telecoms: telecomsOf([...lines(fields.home, 'home'), ...lines(fields.work, 'work')], place, context),
    addresses: addressesOf(
      fields.addresses.flatMap((field) => at(field).repetitions),
      place,
      context,
    ),
    gender: standardCode(context.settings, '0001', read(segment, String(fields.gender))),
    birthDate: dateAt(segment, String(birthDate), `${place}-${birthDate}`, context),
  }
}

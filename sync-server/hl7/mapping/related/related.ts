import { folded } from '#app/values/index.ts'
import type { HumanName } from '#app/values/index.ts'
import { standardCode } from '../../code-tables.ts'
import type { Part, Segment } from '../../parse/message.ts'
import { read } from '../../parse/path.ts'
import { mapping } from '../mapped.ts'
import type { Intent, MappedParts, MappingContext } from '../mapped.ts'
import { namesOfPatient, nobody } from '../patient.ts'
import { personRecord } from '../record.ts'
import type { About } from '../record.ts'
import { named, runs } from '../segment-groups.ts'
import { genders } from '../tables.ts'
import { withoutRepeats } from '../value-readers.ts'
import { guarantor, insured, mother, nextOfKin } from './stated-person.ts'
import type { StatedPerson } from './stated-person.ts'

// Who belongs to a patient: next of kin, guarantors, those whose insurance it is, the mother.

/** Table 0063: a guarantor or an insured person who is the patient is nobody else. */
const isPatient: ReadonlySet<string> = new Set(['SEL', 'SELF', 'S', '18'])

/** Whom a list of NK1 speaks for: what it does not name any more has ended. */
const listed = ['emergency-contact', 'next-of-kin', 'employer', 'other']

/** What a message about the patient says of those who belong to them. */
export function relatedPersons(
  pid: Part,
  segments: readonly Segment[],
  about: About,
  context: MappingContext,
): MappedParts {
  const intents = intentsOf(pid, segments, about, context)
  if (!segments.some(({ name }) => name === 'NK1')) return mapping(intents)
  const kept = intents.map(({ label }) => label)
  return mapping(intents, [
    {
      type: 'snapshot',
      module: 'related-persons',
      of: about.patient,
      kept,
      ended: { active: false },
      among: [{ field: 'roles', any: listed }],
    },
  ])
}

/** What a message about something else says of them: it makes whom nobody knows yet, and changes none. */
export function namedRelatives(
  pid: Part,
  segments: readonly Segment[],
  about: About,
  context: MappingContext,
): Intent[] {
  return intentsOf(pid, segments, about, context).map((intent) => ({ ...intent, onlyNew: true }))
}

function intentsOf(pid: Part, segments: readonly Segment[], about: About, context: MappingContext): Intent[] {
  const ofPatient = nameKey(namesOfPatient(pid, context))
  const people = [
    ...segments.filter(({ name }) => name === 'NK1').map((segment) => nextOfKin(segment, context)),
    ...segments
      .filter(
        (segment) =>
          segment.name === 'GT1' &&
          !isPatient.has(standardCode(context.settings, '0063', read(segment, '11'))),
      )
      .map((segment) => guarantor(segment, context)),
    ...runs(segments, 'IN1').flatMap((run) => insuredIn(run, ofPatient, context)),
  ]
  return withMother(people, mother(pid, context)).flatMap(
    (person) => relatedPerson(person, about, context) ?? [],
  )
}

/** A mother without a name is whom NK1 calls the mother, where it names one: the number is hers. */
function withMother(people: readonly StatedPerson[], stated: StatedPerson): readonly StatedPerson[] {
  const isMother = ({ relationship }: StatedPerson): boolean => relationship?.codings[0]?.code === 'MTH'
  const named = people.filter((person) => person.kind === 'NK1' && isMother(person))
  if (stated.names.length > 0 || named.length !== 1) return [...people, stated]
  return people.map((person) =>
    named.includes(person)
      ? { ...person, identifiers: [...person.identifiers, ...stated.identifiers] }
      : person,
  )
}

/** Whose insurance it is, where that is not the patient's: the relationship says so, or else the name. */
function insuredIn(run: readonly Segment[], ofPatient: string, context: MappingContext): StatedPerson[] {
  const in1 = named(run, 'IN1')
  if (in1 === null) return []
  const relationship = standardCode(context.settings, '0063', read(in1, '17'))
  const person = insured(in1, named(run, 'IN2'), context)
  const isOwn = relationship === '' ? nameKey(person.names) === ofPatient : isPatient.has(relationship)
  return isOwn || person.names.length === 0 ? [] : [person]
}

function relatedPerson(person: StatedPerson, about: About, context: MappingContext): Intent | null {
  const { kind, place, organization, relationship, role, telecoms, addresses, gender, birthDate } = person
  const identifiers = withoutRepeats(person.identifiers)
  const isNamed = person.names.length > 0 || organization !== ''
  // Nobody is known by a relationship alone; somebody without a name can be reached or found by a number.
  const known = identifiers[0]?.key ?? telecoms[0]?.value ?? addresses[0]?.lines[0] ?? addresses[0]?.city
  if (!isNamed && known === undefined) return null
  const names = isNamed ? person.names : [nobody]
  const code = relationship?.codings[0]?.code ?? ''
  const key =
    kind === 'mother' ? [kind, nameKey(person.names)] : [kind, nameKey(person.names), code, organization]
  return personRecord(
    {
      module: 'related-persons',
      label: `${kind === 'mother' ? kind : `somebody in ${place}`} of ${about.patient}`,
      key: isNamed ? key : [...key, known ?? ''],
      fields: {
        identifiers: identifiers.length === 0 ? undefined : identifiers,
        names: names.length === 0 ? undefined : names,
        organization: organization === '' ? undefined : organization,
        relationship: relationship === undefined ? undefined : [relationship],
        roles: role === null ? undefined : [role],
        telecoms: telecoms.length === 0 ? undefined : telecoms,
        addresses: addresses.length === 0 ? undefined : addresses,
        administrativeGender: gender === '' ? undefined : (genders[gender.slice(0, 1)] ?? 'unknown'),
        birthDate,
        active: kind === 'mother' ? undefined : true,
      },
      places: { names: place, telecoms: place },
      adds: ['identifiers', 'roles'],
    },
    { ...about, encounter: null },
    context,
  )
}

function nameKey(names: readonly HumanName[]): string {
  const [first] = names
  return first === undefined ? '' : folded([first.family ?? '', ...first.given].join(' '))
}

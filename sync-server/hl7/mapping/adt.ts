import type { Identifier } from '#app/values/index.ts'
import type { Message, Segment } from '../parse/message.ts'
import { repetitionsOf } from '../parse/path.ts'
import { readCx } from '../parse/types.ts'
import { adtEvents } from './adt-events.ts'
import type { AdtEvent, Joining } from './adt-events.ts'
import { allergies } from './allergies.ts'
import { coverage } from './coverage.ts'
import { diagnoses } from './diagnoses.ts'
import { accountOf, encounterIntent, namedVisit, visitNumberOf } from './encounter.ts'
import { MappingFailed, mapping, together } from './mapped.ts'
import type { Intent, MappedParts, MappingContext, Operation } from './mapped.ts'
import { patientIntent, priorPatientIntent } from './patient.ts'
import { relatedPersons } from './related.ts'
import { findingIntents } from './result.ts'
import { looseFindings, named, runs } from './segment-groups.ts'
import { identifierOf } from './value-readers.ts'

// ADT: `adt-events.ts` says what an event means, this reads the segments.

type Person = {
  readonly label: string
  readonly pid: Segment
  readonly mrg: Segment | null
  readonly pv1: Segment | null
  readonly segments: readonly Segment[]
}

export function mapAdt(message: Message, context: MappingContext): MappedParts {
  const event: AdtEvent | undefined = Object.entries(adtEvents).find(
    ([trigger]) => trigger === context.header.trigger,
  )?.[1]
  if (event === undefined) throw new MappingFailed('the event is not mapped', 'MSH-9.2')
  const persons = personsOf(message, event)
  const parts = persons.map((person) => personParts(message, person, event, context))
  const joint = event.patients === 'two' ? between(persons, event.joining) : []
  return {
    intents: parts.flatMap(({ intents }) => intents),
    operations: [...parts.flatMap(({ operations }) => operations), ...joint],
  }
}

function personsOf(message: Message, { patients }: AdtEvent): readonly Person[] {
  const all = runs(message.segments, 'PID').flatMap((segments, index): Person[] => {
    const [pid] = segments
    if (pid === undefined) return []
    const label = index === 0 ? 'patient' : `patient ${index + 1}`
    return [{ label, pid, mrg: named(segments, 'MRG'), pv1: named(segments, 'PV1'), segments }]
  })
  const [first, second] = all
  if (first === undefined) throw new MappingFailed('there is no patient', 'PID')
  if (patients !== 'one' && patients !== 'pairs' && second === undefined) {
    throw new MappingFailed('the event is about two patients, and there is one', 'PID[2]')
  }
  if (patients === 'one') return [first]
  return patients === 'two' || patients === 'each' ? all.slice(0, 2) : all
}

function personParts(
  message: Message,
  person: Person,
  event: AdtEvent,
  context: MappingContext,
): MappedParts {
  const { label, pid, segments } = person
  const patient = patientIntent(
    { label, pid, pd1: named(segments, 'PD1'), segments, role: 'states' },
    context,
  )
  const source = { label, pid, pv1: person.pv1, pv2: named(segments, 'PV2'), event: event.visit }
  // A message about the person repeats the visit that they are in.
  const stated =
    event.visit === null ? namedVisit(message, source, context) : encounterIntent(message, source, context)
  const encounter = event.joining === 'move-visit' ? movingVisit(stated, person, context) : stated
  const about = { patient: label, encounter: encounter?.label ?? null }
  const care = together([
    relatedPersons(pid, segments, about, context),
    allergies(segments, about, context),
    diagnoses(segments, about, context),
    coverage(segments, about, context),
    mapping(findingIntents(looseFindings(segments), about, new Map(), context)),
  ])
  const awaits = event.removes === true ? 'a record of a person is to be removed' : null
  const joined =
    event.joining === null || event.patients === 'two' ? null : joinedParts(person, event.joining, context)
  return mapping(
    [
      joined?.patient?.(patient) ?? { ...patient, ...(awaits === null ? {} : { awaits: { why: awaits } }) },
      ...(joined?.intents ?? []),
      ...(encounter === null ? [] : [encounter]),
      ...care.intents,
    ],
    [...(joined?.operations ?? []), ...care.operations],
  )
}

type Joined = {
  readonly intents: readonly Intent[]
  readonly operations: readonly Operation[]
  /** The patient of PID, where MRG tells more of the same person. */
  readonly patient?: (intent: Intent) => Intent
}

/** MRG beside PID. */
function joinedParts(person: Person, joining: Joining, context: MappingContext): Joined {
  const { label, mrg } = person
  if (mrg === null) throw new MappingFailed('what is to be joined is not named', 'MRG')
  const prior = (): Intent => priorPatientIntent(`prior of ${label}`, mrg, context)
  switch (joining) {
    case 'merge-patients':
      return withPrior(prior(), { type: 'merge-patients', into: label, from: `prior of ${label}` })
    case 'move-identifiers': {
      const from = { ...prior(), create: null }
      const identifiers = from.identity.by === 'identifiers' ? from.identity.identifiers : []
      return withPrior(from, { type: 'move-identifiers', into: label, from: from.label, identifiers })
    }
    case 'change-identifiers':
      return { intents: [], operations: [], patient: (intent) => withFormer(intent, prior()) }
    default:
      return visitsJoined(person, mrg, joining, context)
  }
}

function withPrior(prior: Intent, operation: Operation): Joined {
  return { intents: [prior], operations: [operation] }
}

/** A46, A47: the number of MRG was the number of this person; it finds them still, and is marked as an old one. */
function withFormer(patient: Intent, prior: Intent): Intent {
  if (patient.identity.by !== 'identifiers' || prior.identity.by !== 'identifiers') return patient
  const now = new Set(patient.identity.identifiers.map(({ key }) => key))
  const former = prior.identity.identifiers
    .filter(({ key }) => !now.has(key))
    .map((one): Identifier => ({ ...one, use: 'old' }))
  const known = patient.set['identifiers']
  return {
    ...patient,
    identity: { ...patient.identity, identifiers: [...patient.identity.identifiers, ...former] },
    set: { ...patient.set, identifiers: [...(Array.isArray(known) ? known : []), ...former] },
  }
}

/** Accounts and visits: what carries the number of MRG-3 or MRG-5 gets the one of PID-18 or PV1-19. */
function visitsJoined(person: Person, mrg: Segment, joining: Joining, context: MappingContext): Joined {
  const ofAccount = joining === 'merge-accounts' || joining === 'move-account'
  const [field, usual, place] = ofAccount ? [3, 'AN', 'MRG-3'] : [5, 'VN', 'MRG-5']
  const prior = numberAt(mrg, field, usual, context)
  if (prior === null) throw new MappingFailed('the prior number is not named', place)
  const now = ofAccount ? accountOf(person.pid, context) : visitNumberOf(person.pv1, context)
  const moves = joining === 'move-account' || joining === 'move-visit'
  const hasPrior = moves && repetitionsOf(mrg, 1).length > 0
  const from = hasPrior
    ? { ...priorPatientIntent(`prior of ${person.label}`, mrg, context), create: null }
    : null
  const operation: Operation = {
    type: joining === 'merge-visits' ? 'merge-visits' : 'move-visits',
    prior,
    now,
    from: from?.label ?? null,
    to: person.label,
    place,
  }
  return { intents: from === null ? [] : [from], operations: [operation] }
}

/** A45: the visit is that of MRG-5 still, and perhaps another patient's. */
function movingVisit(visit: Intent | null, { label, mrg }: Person, context: MappingContext): Intent | null {
  const prior = mrg === null ? null : numberAt(mrg, 5, 'VN', context)
  if (visit === null || mrg === null || prior === null || visit.identity.by !== 'cause') return visit
  const numbers = [...(visit.identity.numbers ?? []), prior]
  const from = repetitionsOf(mrg, 1).length > 0 ? `prior of ${label}` : null
  return { ...visit, identity: { ...visit.identity, numbers, from } }
}

function numberAt(
  segment: Segment,
  field: number,
  usual: string,
  context: MappingContext,
): Identifier | null {
  const [repetition] = repetitionsOf(segment, field)
  const given = repetition === undefined ? null : readCx(repetition)
  return given === null || given.value === '' ? null : identifierOf(given, given.type, usual, context)
}

function between([one, other]: readonly Person[], joining: Joining | null): Operation[] {
  if (one === undefined || other === undefined) return []
  if (joining !== 'link' && joining !== 'unlink') return []
  return [{ type: joining, one: one.label, other: other.label }]
}

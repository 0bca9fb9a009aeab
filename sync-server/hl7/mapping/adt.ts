import { isBeyondReach } from '#app/modules/patients/index.ts'
import type { Message } from '../parse/message.ts'
import { adtEvents } from './adt-events.ts'
import type { AdtEvent } from './adt-events.ts'
import { between, joinedParts, movingVisit, pairsOf } from './adt-joining.ts'
import type { Person } from './adt-joining.ts'
import { allergies } from './allergies.ts'
import { coverage } from './coverage.ts'
import { diagnoses } from './diagnoses.ts'
import { encounterIntent, namedVisit } from './encounter.ts'
import { MappingFailed, mapping, together } from './mapped.ts'
import type { Intent, MappedParts, MappingContext, Operation } from './mapped.ts'
import { patientIntent } from './patient.ts'
import { relatedPersons } from './related/related.ts'
import { findingIntents } from './result.ts'
import { looseFindings, named, runs } from './segment-groups.ts'

// ADT: `adt-events.ts` says what an event means, this reads the segments.

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
    return [{ label, pid, mrg: named(segments, 'MRG'), pv1: named(segments, 'PV1'), segments, suffix: '' }]
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
  const { joining } = event
  const pairs = joining === null ? [person] : pairsOf(person)
  const [visit = null, ...otherVisits] = pairs.map((pair) => visitOf(message, pair, event, context))
  const about = { patient: label, encounter: visit?.label ?? null }
  const care = together([
    relatedPersons(pid, segments, about, context),
    allergies(segments, about, context),
    diagnoses(segments, about, context),
    coverage(segments, about, context),
    mapping(findingIntents(looseFindings(segments), about, new Map(), context)),
  ])
  const awaits = event.removes === true ? 'a record of a person is to be removed' : null
  const joined =
    joining === null || event.patients === 'two'
      ? []
      : pairs.map((pair) => joinedParts(pair, joining, context))
  const whole = joined.reduce((intent, { patient: more }) => more?.(intent) ?? intent, patient)
  return mapping(
    [
      { ...whole, ...(awaits === null ? {} : { awaits: { why: awaits } }) },
      ...joined.flatMap(({ intents }) => intents),
      ...[visit, ...otherVisits].filter((one) => one !== null),
      ...care.intents,
    ],
    [...joined.flatMap(({ operations }) => operations), ...care.operations, ...death(patient)],
  )
}

/** The visit of a person, or of one of the pairs of MRG and PV1 behind them. */
function visitOf(message: Message, pair: Person, event: AdtEvent, context: MappingContext): Intent | null {
  const { label, pid, pv1, segments, suffix } = pair
  const source = { label, pid, pv1, pv2: named(segments, 'PV2'), event: event.visit }
  // A message about the person repeats the visit that they are in.
  const stated =
    event.visit === null ? namedVisit(message, source, context) : encounterIntent(message, source, context)
  const visit = event.joining === 'move-visit' ? movingVisit(stated, pair, context) : stated
  if (visit === null) return null
  const labelled = { ...visit, label: `${visit.label}${suffix}` }
  // What joins records says itself which are one: it is no conflict that its numbers mean two.
  return event.joining === null ? labelled : byNumberAlone(labelled)
}

function byNumberAlone(visit: Intent): Intent {
  if (visit.identity.by !== 'cause') return visit
  const { names: _, ...identity } = visit.identity
  return { ...visit, identity }
}

function death({ label, set }: Intent): Operation[] {
  return isBeyondReach({ deceased: set['deceased'] }, null) ? [{ type: 'call-off', of: label }] : []
}

import type { Identifier } from '#app/values/index.ts'
import type { Segment } from '../parse/message.ts'
import { repetitionsOf } from '../parse/path.ts'
import { readCx } from '../parse/types.ts'
import type { Joining } from './adt-events.ts'
import { accountOf, visitNumberOf } from './encounter.ts'
import { MappingFailed } from './mapped.ts'
import type { Intent, MappingContext, Operation } from './mapped.ts'
import { priorPatientIntent } from './patient.ts'
import { named, runs } from './segment-groups.ts'
import { identifierOf } from './value-readers.ts'

// What MRG and PID of an ADT message are to each other: `adt-events.ts` says which, this reads the numbers.

export type Person = {
  readonly label: string
  readonly pid: Segment
  readonly mrg: Segment | null
  readonly pv1: Segment | null
  readonly segments: readonly Segment[]
  /** Tells further pairs of MRG and PV1 behind one PID from the first. */
  readonly suffix: string
}

/** A person once for each MRG behind their PID, with the visit that goes with it. */
export function pairsOf(person: Person): readonly Person[] {
  const [, ...others] = runs(person.segments, 'MRG')
  return [
    person,
    ...others.map((segments, index): Person => {
      const [mrg = null] = segments
      return { ...person, mrg, pv1: named(segments, 'PV1'), segments, suffix: ` ${index + 2}` }
    }),
  ]
}

export type Joined = {
  readonly intents: readonly Intent[]
  readonly operations: readonly Operation[]
  /** The patient of PID, where MRG tells more of the same person. */
  readonly patient?: (intent: Intent) => Intent
}

/** MRG beside PID. */
export function joinedParts(person: Person, joining: Joining, context: MappingContext): Joined {
  const { label, mrg, suffix } = person
  if (mrg === null) throw new MappingFailed('what is to be joined is not named', 'MRG')
  const ending = `prior of ${label}${suffix}`
  const prior = (): Intent => priorPatientIntent(ending, mrg, context)
  switch (joining) {
    case 'merge-patients':
      return withPrior(prior(), { type: 'merge-patients', into: label, from: ending })
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
    ? { ...priorPatientIntent(`prior of ${person.label}${person.suffix}`, mrg, context), create: null }
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
export function movingVisit(
  visit: Intent | null,
  { label, mrg, suffix }: Person,
  context: MappingContext,
): Intent | null {
  const prior = mrg === null ? null : numberAt(mrg, 5, 'VN', context)
  if (visit === null || mrg === null || prior === null || visit.identity.by !== 'cause') return visit
  const numbers = [...(visit.identity.numbers ?? []), prior]
  const from = repetitionsOf(mrg, 1).length > 0 ? `prior of ${label}${suffix}` : null
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

export function between([one, other]: readonly Person[], joining: Joining | null): Operation[] {
  if (one === undefined || other === undefined) return []
  if (joining !== 'link' && joining !== 'unlink') return []
  return [{ type: joining, one: one.label, other: other.label }]
}

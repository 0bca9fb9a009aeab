import type { Resource } from '../../fhir/convert/index.ts'
import { messageSegments } from './quote.ts'
import type { Message } from '../parse/message.ts'
import { exceptionFor } from './exceptions.ts'
import { comparedTypes, factsOf } from './facts.ts'
import type { Facts } from './facts.ts'
import { statementsOf } from './stated.ts'

// How far our conversion of a message agrees with somebody else's. The denominator: values that the other has and the
// message states. Resources are paired by what they have in common, since their ids mean nothing to each other.

export type Foreign = { readonly resourceType: string; readonly [member: string]: unknown }

export type Comparison = {
  readonly field: string
  readonly value: string
  readonly outcome: 'agrees' | 'differs' | 'excepted'
  /** What we have there instead. */
  readonly ours: readonly string[]
  readonly exception?: string
  /** The segment that an exception rests on. */
  readonly quote?: string
}

export function compareBundles(
  message: Message,
  ours: readonly Resource[],
  theirs: readonly Foreign[],
): readonly Comparison[] {
  const statements = statementsOf(message)
  const found: Comparison[] = []
  for (const type of comparedTypes) {
    const expected = theirs.filter(({ resourceType }) => resourceType === type).map(factsOf)
    const counted =
      type === 'Observation' ? expected.filter((facts) => comesFromObx(message, facts)) : expected
    const own = ours.filter(({ resourceType }) => resourceType === type).map(factsOf)
    for (const [facts, mine] of paired(counted, own)) {
      found.push(...compareFacts(message, type, facts, mine, statements.says))
    }
  }
  return found
}

function compareFacts(
  message: Message,
  type: string,
  expected: Facts,
  mine: Facts,
  says: (type: string, field: string, value: string) => boolean,
): Comparison[] {
  return Object.entries(expected).flatMap(([name, values]) => {
    const field = `${type}.${name}`
    const ours = mine[name] ?? []
    const left = [...ours]
    return values
      .filter((value) => says(type, name, value))
      .map((value): Comparison => {
        const at = left.indexOf(value)
        if (at >= 0) left.splice(at, 1)
        if (at >= 0) return { field, value, outcome: 'agrees', ours }
        const exception = exceptionFor({ message, field, value, ours })
        return exception === null
          ? { field, value, outcome: 'differs', ours }
          : { field, value, outcome: 'excepted', ours, ...exception }
      })
  })
}

/** Each expected resource with the one of ours that shares most with it, if any does; one of ours is given away once. */
function paired(expected: readonly Facts[], own: readonly Facts[]): (readonly [Facts, Facts])[] {
  const free = new Set(own)
  return expected.map((facts) => {
    let best: Facts = {}
    let most = 0
    for (const candidate of free) {
      const common = inCommon(facts, candidate)
      if (common > most) [best, most] = [candidate, common]
    }
    free.delete(best)
    return [facts, best] as const
  })
}

function inCommon(a: Facts, b: Facts): number {
  return Object.entries(a).reduce(
    (sum, [name, values]) => sum + values.filter((value) => b[name]?.includes(value)).length,
    0,
  )
}

function comesFromObx(message: Message, { code = [] }: Facts): boolean {
  const asked = messageSegments(message, 'OBX', 3)
  return code.some((one) => asked.has(one))
}

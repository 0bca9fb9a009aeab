import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../kernel/index.ts'
import { mergeFields } from './index.ts'
import { emptyRecord, fields, leaves, writes } from '../testing/merged-records.ts'
import type { RecordState, Write } from '../testing/merged-records.ts'

// Many replicas of one record and a server that alone merges, as docs/protocol.md has it: a push is merged on what the
// replica pushed last on this state (its shadow), else on the state that it was made on. Any of them writes, pushes, loses an
// answer or pulls at any moment.

type Replica = {
  /** The server's state as it came last. */
  readonly view: RecordState
  readonly mine: RecordState
  /** What was pushed on that state, and not answered. */
  readonly shadow: RecordState | null
}
type World = {
  readonly replicas: readonly Replica[]
  readonly server: RecordState
  /** Leaves of values that lost: they can be brought back. */
  readonly ledger: ReadonlySet<string>
  /** Leaves that somebody wrote, and those that somebody took away or overwrote who saw them. */
  readonly written: ReadonlySet<string>
  readonly replaced: ReadonlySet<string>
  readonly counted: number
}

type Step =
  | { readonly who: number; readonly does: 'write'; readonly write: Write }
  | { readonly who: number; readonly does: 'push' | 'push, answer lost' | 'pull' }

const MOST_REPLICAS = 6
const who = fc.nat({ max: MOST_REPLICAS - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ who, does: fc.constant('write' as const), write: writes }) },
  { weight: 3, arbitrary: fc.record({ who, does: fc.constantFrom('push', 'push, answer lost', 'pull') }) },
)
const worlds = fc.record({
  replicas: fc.integer({ min: 2, max: MOST_REPLICAS }),
  steps: fc.array(step, { maxLength: 60 }),
})

function newWorld(replicas: number): World {
  const fresh = { view: emptyRecord, mine: emptyRecord, shadow: null }
  const nothing: ReadonlySet<string> = new Set()
  return {
    replicas: Array.from({ length: replicas }, () => fresh),
    server: emptyRecord,
    ledger: nothing,
    written: nothing,
    replaced: nothing,
    counted: 0,
  }
}

function replicaAt({ replicas }: World, at: number): Replica {
  const found = replicas[at % replicas.length]
  if (found === undefined) throw new Error('a world without replicas')
  return found
}

function put(world: World, at: number, replica: Replica): World {
  return { ...world, replicas: world.replicas.with(at % world.replicas.length, replica) }
}

/** `mark` is told apart from every other value of the run. */
function written(world: World, at: number, write: Write, mark: string): World {
  const replica = replicaAt(world, at)
  const mine = write.change(replica.mine, mark)
  const [before, after] = [new Set(leaves(replica.mine)), new Set(leaves(mine))]
  return {
    ...put(world, at, { ...replica, mine }),
    written: joined(world.written, without(after, before)),
    replaced: joined(world.replaced, without(before, after)),
    counted: world.counted + mine.counter - replica.mine.counter,
  }
}

function pushed(world: World, at: number, isAnswered: boolean): World {
  const { view, mine, shadow } = replicaAt(world, at)
  if (shadow === null && canonicalJson(mine) === canonicalJson(view)) return world
  const { merged, lost } = mergeFields({ fields, base: shadow ?? view, mine, current: world.server })
  const server = merged as RecordState
  const losers = lost.flatMap(({ field, losing }) => leaves({ [field]: losing }))
  const answered = { view: server, mine: server, shadow: null }
  const next = put(world, at, isAnswered ? answered : { view, mine, shadow: mine })
  return { ...next, server, ledger: joined(world.ledger, losers) }
}

/** What has an edit waits for the answer to that. */
function pulled(world: World, at: number): World {
  const { view, mine, shadow } = replicaAt(world, at)
  const isPending = shadow !== null || canonicalJson(mine) !== canonicalJson(view)
  return isPending ? world : put(world, at, { view: world.server, mine: world.server, shadow: null })
}

function after(world: World, each: Step, number: number): World {
  if (each.does === 'write') return written(world, each.who, each.write, `mark-${number}`)
  if (each.does === 'pull') return pulled(world, each.who)
  return pushed(world, each.who, each.does === 'push')
}

/** Everything is sent and answered, then everybody looks. */
function settled(world: World): World {
  let end = world
  for (const at of world.replicas.keys()) end = pushed(end, at, true)
  for (const at of world.replicas.keys()) end = pulled(end, at)
  return end
}

describe('many replicas of a record', () => {
  it('converge, whoever writes, pushes, loses an answer or pulls when', () => {
    fc.assert(
      fc.property(worlds, ({ replicas, steps }) => {
        const { server, replicas: all } = settled(steps.reduce(after, newWorld(replicas)))
        for (const { view, mine, shadow } of all) expect([view, mine, shadow]).toEqual([server, server, null])
      }),
      { numRuns: 400 },
    )
  })

  it('lose no value: each that was written is in the record or its ledger, or who saw it replaced it', () => {
    fc.assert(
      fc.property(worlds, ({ replicas, steps }) => {
        const end = settled(steps.reduce(after, newWorld(replicas)))
        const alive = new Set([...leaves(end.server), ...end.ledger, ...end.replaced])
        expect(without(end.written, alive)).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  it('count every step of a counter once, however often a push is repeated', () => {
    fc.assert(
      fc.property(worlds, ({ replicas, steps }) => {
        const repeated = steps.flatMap((each) =>
          each.does === 'push' ? [{ ...each, does: 'push, answer lost' as const }, each] : [each],
        )
        const end = settled(repeated.reduce(after, newWorld(replicas)))
        expect(end.server.counter).toBe(end.counted)
      }),
      { numRuns: 400 },
    )
  })

  it('that wrote side by side end alike in whatever order they push: sets, lists, growing lists and counters', () => {
    const each = fc.array(writes, { maxLength: 6 })
    const sides = fc.array(each, { minLength: 2, maxLength: MOST_REPLICAS })
    const orders = sides.chain((some) => {
      const order = fc.shuffledSubarray([...some.keys()], { minLength: some.length })
      return fc.tuple(fc.constant(some), each, order, order)
    })
    fc.assert(
      fc.property(orders, ([some, before, one, other]) => {
        const begun = settled(
          before.reduce((world, write, at) => written(world, 0, write, `old-${at}`), newWorld(some.length)),
        )
        const apart = some.reduce(
          (world, own, at) =>
            own.reduce((next, write, nth) => written(next, at, write, `mark-${at}-${nth}`), world),
          begun,
        )
        const endBy = (order: readonly number[]) =>
          unordered(order.reduce((world, at) => pushed(world, at, true), apart).server)
        expect(endBy(one)).toEqual(endBy(other))
      }),
      { numRuns: 400 },
    )
  })
})

function joined(some: ReadonlySet<string>, more: Iterable<string>): ReadonlySet<string> {
  return new Set([...some, ...more])
}

function without(some: ReadonlySet<string>, those: ReadonlySet<string>): string[] {
  return [...some].filter((each) => !those.has(each))
}

/** What must not depend on who came first; where two wrote one value, somebody has to be the last. */
function unordered({ set, append, counter, list }: RecordState): unknown {
  return {
    set: set.toSorted(),
    append: append.toSorted(),
    counter,
    items: list.map(({ key }) => key).toSorted(),
  }
}

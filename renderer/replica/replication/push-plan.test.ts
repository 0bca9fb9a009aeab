import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Id, Reference } from '#app/kernel/index.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import { planPush } from './push-plan.ts'
import type { Pending, PlanView, PushPlan, Replied } from './push-plan.ts'

type World = {
  /** What each document refers to. */
  readonly refers: Readonly<Record<Id, readonly Id[]>>
  readonly waiting: readonly Id[]
  /** Pending here, but not handed in by RxDB yet. */
  readonly late?: readonly Id[]
  /** On the device, and answered. */
  readonly settled?: readonly Id[]
  /** Tombstones of documents that the server never stored. */
  readonly refused?: readonly Id[]
  /** Answered, but the answer has not reached the document. */
  readonly replied?: Readonly<Record<Id, Replied>>
  readonly limit?: number
}

function plan(world: World): { batch: string; refused: string } {
  const { batch, refused } = planOf(world)
  return { batch: names(batch), refused: names(refused) }
}

function planOf({
  refers,
  waiting,
  late = [],
  settled = [],
  refused = [],
  replied = {},
  limit = 100,
}: World): PushPlan {
  const pending = new Set([...waiting, ...late, ...Object.keys(replied)])
  const view: PlanView = {
    refers: ({ document }) =>
      (refers[document.id] ?? []).map((id): Reference => ({ collection: 'cases', id })),
    find: (_collection, id) => {
      if (refused.includes(id)) return { ...document(id, ''), _deleted: true }
      if (pending.has(id)) return document(id, `edit ${id}`)
      return settled.includes(id) ? document(id, '') : undefined
    },
    replied: (edit) => replied[edit.slice('edit '.length)] ?? 'unanswered',
  }
  return planPush(
    waiting.map((id) => ({ collection: 'cases', document: document(id, `edit ${id}`) })),
    view,
    limit,
  )
}

/** The plan looks at id, rev and edit only. */
function document(id: Id, edit: string): StoredDocument {
  return { id, rev: '', edit } as StoredDocument
}

function names(pending: readonly Pending[]): string {
  return pending.map(({ document: { id } }) => id).join('')
}

test('documents that refer to nothing go in the order they came', () => {
  expect(plan({ refers: {}, waiting: ['b', 'a', 'c'] })).toEqual({ batch: 'bac', refused: '' })
})

test('a child waits for its parent', () => {
  expect(plan({ refers: { c: ['p'] }, waiting: ['c', 'p'] }).batch).toBe('p')
  expect(plan({ refers: { c: ['p'] }, waiting: ['c'], settled: ['p'] }).batch).toBe('c')
  expect(plan({ refers: { c: ['p'] }, waiting: ['c'] }).batch).toBe('c')
})

test('a parent that RxDB has not handed in yet is fetched, so that nobody waits for nobody', () => {
  expect(plan({ refers: { c: ['p'], p: ['g'] }, waiting: ['c'], late: ['p', 'g'] }).batch).toBe('g')
})

test('a parent whose answer has not landed counts as answered', () => {
  expect(plan({ refers: { c: ['p'] }, waiting: ['c'], replied: { p: 'stored' } }).batch).toBe('c')
})

test('documents in a circle go in one batch, and what refers to the circle after it', () => {
  expect(plan({ refers: { a: ['b'], b: ['a'], c: ['a'] }, waiting: ['c', 'b', 'a'] }).batch).toHaveLength(2)
  expect(plan({ refers: { a: ['a'] }, waiting: ['a'] }).batch).toBe('a')
})

test('a circle is never cut by the limit', () => {
  expect(
    plan({ refers: { a: ['b'], b: ['c'], c: ['a'] }, waiting: ['a', 'b', 'c'], limit: 2 }).batch,
  ).toHaveLength(3)
})

test('the limit holds for everything else', () => {
  expect(plan({ refers: {}, waiting: ['a', 'b', 'c'], limit: 2 }).batch).toBe('ab')
})

test('what refers to a refused new document is refused, and so is what refers to that', () => {
  const world = { refers: { c: ['p'], d: ['c'], e: [] }, waiting: ['d', 'c', 'e'] }
  expect(plan({ ...world, refused: ['p'] })).toEqual({ batch: 'e', refused: 'cd' })
  expect(plan({ ...world, replied: { p: 'refused' } })).toEqual({ batch: 'e', refused: 'cd' })
})

test('property: parents first, nothing twice, and always a step forward', () => {
  const ids = 'abcdefgh'.split('')
  const world = fc.record({
    refers: fc.record(Object.fromEntries(ids.map((id) => [id, fc.subarray(ids, { maxLength: 3 })]))),
    waiting: fc.subarray(ids, { minLength: 1 }),
    late: fc.subarray(ids),
    refused: fc.constant<string[]>([]),
    limit: fc.integer({ min: 1, max: 9 }),
  })
  fc.assert(
    fc.property(world, (drawn) => {
      const late = drawn.late.filter((id) => !drawn.waiting.includes(id))
      const { batch, refused } = planOf({ ...drawn, late })
      const sent = batch.map((pending) => pending.document.id)
      expect(sent.length + refused.length).toBeGreaterThan(0)
      expect(new Set(sent).size).toBe(sent.length)
      const unanswered = new Set([...drawn.waiting, ...late])
      // Whatever is sent has all its unanswered parents beside it: nothing goes before what it needs.
      for (const id of sent) {
        for (const parent of drawn.refers[id] ?? []) {
          if (unanswered.has(parent)) expect(sent).toContain(parent)
        }
      }
    }),
  )
})

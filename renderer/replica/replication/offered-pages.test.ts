import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Checkpoint, PullAnswer } from '#app/protocol/index.ts'
import { OfferedPages } from './offered-pages.ts'
import type { OfferedPage } from './offered-pages.ts'

const at = (seq: number, mode: Checkpoint['mode'] = 'tail'): Checkpoint => ({
  epoch: 'e',
  mode,
  cursor: '',
  until: 0,
  seq,
})

/** A tombstone is the shortest document there is; its rev says of which number it is. */
function page(after: number, seq: number, ids: readonly string[] = [], epoch = 'e'): OfferedPage {
  const documents = ids.map((id): PullAnswer['documents'][number] => ({
    id,
    rev: `life.${seq}.p`,
    _deleted: true,
  }))
  return { type: 'page', epoch, collection: 'cases', after, seq, documents }
}

function offered(...pages: readonly OfferedPage[]): OfferedPages {
  const made = new OfferedPages()
  for (const one of pages) made.offer(one)
  return made
}

test('pages that follow each other are one answer, in which the later state of a document counts', () => {
  const answer = offered(page(4, 5, ['a', 'b']), page(5, 7, ['a'])).answerFrom(at(4))
  expect(answer?.checkpoint).toEqual(at(7))
  expect(answer?.documents.map(({ id, rev }) => [id, rev])).toEqual([
    ['b', 'life.5.p'],
    ['a', 'life.7.p'],
  ])
  expect(answer?.more).toBe(false)
})

test('what is here already is passed over, and an answer is given once', () => {
  const pages = offered(page(1, 2, ['old']), page(4, 5, ['new']))
  expect(pages.answerFrom(at(4))?.documents.map(({ id }) => id)).toEqual(['new'])
  expect(pages.answerFrom(at(5))).toBeUndefined()
})

test.each([
  ['a gap before it', [page(5, 6)], at(4)],
  ['a gap between two', [page(4, 5), page(6, 7)], at(4)],
  ['another epoch', [page(4, 5, [], 'other')], at(4)],
  ['a walk that is not over', [page(4, 5)], at(4, 'walk')],
  ['a replica that has nothing', [page(0, 1)], null],
])('with %s the server is asked', (_, pages, checkpoint) => {
  expect(offered(...pages).answerFrom(checkpoint)).toBeUndefined()
})

test('pages that stop short of what was heard of are no answer: the pull that was asked for behind is dropped', () => {
  const pages = offered(page(4, 5, ['a']))
  pages.heard('e', 5)
  pages.heard('e', 6)
  expect(pages.answerFrom(at(4))).toBeUndefined()

  const later = offered(page(4, 5), page(5, 6, ['b']))
  later.heard('e', 6)
  expect(later.answerFrom(at(4))?.checkpoint).toEqual(at(6))

  // A restored server counts anew.
  const restored = offered(page(4, 5, ['c']))
  restored.heard('before', 900)
  restored.heard('e', 5)
  expect(restored.answerFrom(at(4))?.checkpoint).toEqual(at(5))
})

test('whatever is lost on the way, a reader who takes what fits and pulls otherwise misses no number', () => {
  const steps = fc.array(fc.record({ size: fc.integer({ min: 1, max: 3 }), arrives: fc.boolean() }))
  fc.assert(
    fc.property(steps, fc.nat({ max: 3 }), (commits, every) => {
      const pages = new OfferedPages()
      const held = new Set<number>()
      let head = 0
      let checkpoint = at(0)
      for (const [index, { size, arrives }] of commits.entries()) {
        const numbers = Array.from({ length: size }, (_, one) => head + one + 1)
        if (arrives) pages.offer(page(head, head + size, numbers.map(String)))
        head += size
        if (index % (every + 1) !== 0) continue
        const answer = pages.answerFrom(checkpoint)
        const taken = answer?.documents.map(({ id }) => Number(id))
        const pulled = Array.from({ length: head - checkpoint.seq }, (_, one) => checkpoint.seq + one + 1)
        for (const number of taken ?? pulled) held.add(number)
        checkpoint = answer?.checkpoint ?? at(head)
        expect(held.size).toBe(checkpoint.seq)
      }
    }),
  )
})

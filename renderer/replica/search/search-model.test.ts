import fc from 'fast-check'
import { expect, test } from 'vitest'
import { modules } from '#app/modules/index.ts'
import type { Change } from '../database/local-edit.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import { aCase } from '../testing/replica-on-memory.ts'
import { aDocument, HandFilledTable } from '../testing/searched-table.ts'
import { normalised } from './fold.ts'
import { SearchIndex } from './search-index.ts'

// The search against what a person expects of it, over random texts.

const letter = fc.constantFrom(
  ...Array.from('abcdelmnorstuäéñßłøÅŽ'),
  ...Array.from('дяλ東太'),
  'e\u0301',
  'ﬁ',
  "'",
  '-',
  ' ',
  ' ',
  '/',
  '.',
)
const text = fc
  .array(letter, { minLength: 1, maxLength: 40 })
  .map((letters) => letters.join(''))
  .filter((made) => normalised(made) !== '')
const plainWord = (minLength: number) =>
  fc
    .array(fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz')), { minLength, maxLength: 14 })
    .map((all) => all.join(''))

function indexOf(...records: readonly Change[]): {
  index: SearchIndex
  table: HandFilledTable
  documents: StoredDocument[]
} {
  const documents = records.map((record) => aDocument(modules.cases, record))
  const table = new HandFilledTable(documents)
  const index = new SearchIndex()
  index.follow('cases', table)
  return { index, table, documents }
}

test('every part of a searched text finds its record', () => {
  fc.assert(
    fc.property(text, text, fc.nat(), fc.nat(), (subject, description, from, length) => {
      const { index, documents } = indexOf(aCase(subject, { description }), aCase('another one'))
      for (const whole of [normalised(subject), normalised(description)]) {
        const start = from % whole.length
        const part = whole.slice(start, start + 1 + (length % (whole.length - start)))
        if (part.trim() === '') continue
        const found = index.search(part).map(({ id }) => id)
        expect(found, part).toContain(documents[0]?.id)
      }
    }),
    { numRuns: 150 },
  )
})

test('every word with one typing error, of enough letters, finds its record', () => {
  const edits = fc.constantFrom('insert', 'delete', 'replace', 'swap')
  fc.assert(
    fc.property(
      plainWord(4),
      edits,
      fc.nat(),
      fc.constantFrom(...Array.from('abcxyz')),
      (word, edit, place, other) => {
        const { index } = indexOf(aCase(`about ${word} only`))
        expect(index.search(mistyped(word, edit, place, other))).toHaveLength(1)
      },
    ),
    { numRuns: 150 },
  )
})

test('every long word with two typing errors finds its record, and no word with more than it forgives', () => {
  fc.assert(
    fc.property(plainWord(8), fc.nat(), fc.nat(), (word, first, second) => {
      const { index } = indexOf(aCase(word))
      const typed = mistyped(mistyped(word, 'replace', first, 'é'), 'insert', second, 'x')
      expect(index.search(typed)).toHaveLength(1)
      // Letters that the word has none of: nothing is left to find.
      expect(index.search(word.replaceAll(/./g, '7').slice(0, 3) + word)).toEqual([])
    }),
    { numRuns: 100 },
  )
})

function mistyped(word: string, edit: string, at: number, other: string): string {
  const place = at % word.length
  const [before, own, after] = [word.slice(0, place), word[place] ?? '', word.slice(place + 1)]
  if (edit === 'insert') return before + other + own + after
  if (edit === 'delete') return before + after
  if (edit === 'replace') return before + other + after
  return before + (after[0] ?? '') + own + after.slice(1)
}

type Step = {
  readonly act: 'put' | 'drop' | 'remove' | 'search'
  readonly which: number
  readonly word: string
}

test('after any changes, what is found is what is here', () => {
  const step = fc.record<Step>({
    act: fc.constantFrom('put', 'put', 'drop', 'remove', 'search'),
    which: fc.nat({ max: 5 }),
    word: fc.constantFrom('alpha', 'bravo', 'charlie', 'delta'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = new HandFilledTable()
      const index = new SearchIndex()
      index.follow('cases', table)
      const records = Array.from({ length: 6 }, () => aDocument(modules.cases, aCase('blank')))
      const model = new Map<string, string>()
      for (const { act, which, word } of steps) {
        const record = records[which]
        if (record === undefined) continue
        if (act === 'put') {
          table.put({ ...record, subject: word })
          model.set(record.id, word)
        } else if (act === 'search') check(index, model)
        else {
          if (act === 'drop') table.drop(record.id)
          else table.put({ ...record, subject: word, removedAt: '2026-01-01T00:00:00.000Z' })
          model.delete(record.id)
        }
      }
      check(index, model)
    }),
    { numRuns: 100 },
  )
})

function check(index: SearchIndex, model: ReadonlyMap<string, string>): void {
  for (const word of ['alpha', 'bravo', 'charlie', 'delta']) {
    const expected = [...model].filter(([, held]) => held === word).map(([id]) => id)
    expect(
      index
        .search(word)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(expected.toSorted())
  }
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { eraseFolded, Folded } from './fold.ts'
import { places, RecordWords, WORD_MASK } from './record-words.ts'
import { kinds } from './vocabulary.ts'

function put(records: RecordWords, id: Id, words: readonly string[]): void {
  records.begin(id, 0, 0)
  for (const word of words) {
    const codes = Uint16Array.from(word, (letter) => letter.charCodeAt(0))
    records.put(codes, 0, codes.length, kinds.text, places.field)
  }
}

/** Every word of every record, as it can be read back. */
function read({
  entries,
  starts,
  counts,
  modules,
  size,
  vocabulary,
  ...records
}: Readable): Map<Id, string[]> {
  const all = new Map<Id, string[]>()
  for (let slot = 0; slot < size; slot += 1) {
    const id = records.idAt(slot)
    if (id === undefined || modules[slot] !== 0) continue
    const start = starts[slot] ?? 0
    const own = entries.slice(start, start + (counts[slot] ?? 0))
    all.set(
      id,
      [...own].map((entry) => wordOf(vocabulary, entry & WORD_MASK)),
    )
  }
  return all
}

type Readable = Pick<RecordWords, 'entries' | 'starts' | 'counts' | 'modules' | 'size' | 'vocabulary'> & {
  readonly idAt: (slot: number) => Id | undefined
}

function readable(records: RecordWords): Readable {
  const { entries, starts, counts, modules, size, vocabulary } = records
  return { entries, starts, counts, modules, size, vocabulary, idAt: (slot) => records.idAt(slot) }
}

function wordOf({ codes, starts, lengths }: RecordWords['vocabulary'], number: number): string {
  const start = starts[number] ?? 0
  return String.fromCharCode(...codes.subarray(start, start + (lengths[number] ?? 0)))
}

/** Whether the letters of a word stand anywhere in the buffer. */
function holds(records: RecordWords, word: string): boolean {
  return String.fromCharCode(...records.vocabulary.codes.filter((code) => code !== 0)).includes(word)
}

test('holds what was put, through growth, removal and moving together', () => {
  const ids = Array.from({ length: 8 }, newId)
  const words = fc.uniqueArray(
    fc.string({ minLength: 1, maxLength: 300, unit: fc.constantFrom(...Array.from('abc')) }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 7 }), fc.option(words, { freq: 4 })), { maxLength: 120 }),
      (steps) => {
        const records = new RecordWords()
        const model = new Map<Id, string[]>()
        for (const [which, own] of steps) {
          const id = ids[which] ?? ''
          expect(records.remove(id)).toBe(model.delete(id))
          if (own === null) continue
          put(records, id, own)
          model.set(id, own)
        }
        const held = read(readable(records))
        expect(held.size).toBe(model.size)
        for (const [id, own] of model) expect(held.get(id)).toEqual(own)
      },
    ),
    { numRuns: 60 },
  )
})

describe('a record that is gone', () => {
  test('leaves none of its words behind, but those that another has, too', () => {
    const records = new RecordWords()
    const [one, two] = [newId(), newId()]
    put(records, one, ['evicted', 'shared', 'evicted'])
    put(records, two, ['shared'])
    expect(holds(records, 'evicted')).toBe(true)
    records.remove(one)
    expect(holds(records, 'evicted')).toBe(false)
    expect(holds(records, 'shared')).toBe(true)
    records.remove(two)
    expect(records.vocabulary.codes.every((code) => code === 0)).toBe(true)
    expect(records.entries.every((entry) => entry === 0)).toBe(true)
  })

  test('gives its room to the next: as much comes and goes as you like', () => {
    const records = new RecordWords()
    const rounds = (count: number): void => {
      for (let round = 0; round < count; round += 1) {
        const id = newId()
        put(
          records,
          id,
          Array.from({ length: 100 }, (_, at) => `${id}${at}`),
        )
        records.remove(id)
      }
    }
    rounds(200)
    const { bytes } = records
    rounds(200)
    expect(records.bytes).toBe(bytes)
  })
})

test('the text that was folded last can be overwritten', () => {
  const folded = new Folded()
  folded.fold('Evicted')
  expect(folded.codes[0]).not.toBe(0)
  eraseFolded()
  expect(folded.codes.every((code) => code === 0)).toBe(true)
  expect(folded.length).toBe(0)
})

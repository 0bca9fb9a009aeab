import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packHead, readHeadOf, sayCollection } from './head-format.ts'
import { FORMAT } from './page-format.ts'

const key = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1))
const head = fc.record({
  commit: fc.maxSafeNat(),
  order: fc.maxSafeNat(),
  seals: fc.record({ epoch: fc.nat(), count: fc.maxSafeNat() }),
  collections: fc.array(
    fc.record({
      number: fc.nat(),
      name: fc.string({ unit: 'grapheme' }),
      schemaVersion: fc.nat(),
      pages: fc.array(key),
    }),
  ),
})

test('a head is read as it was written, every key of every page', () => {
  fc.assert(
    fc.property(head, (written) => {
      const packed = packHead(written, written.collections.map(sayCollection))
      expect(readHeadOf(FORMAT, packed)).toEqual(written)
    }),
  )
})

test('a head of format 3 is read', () => {
  fc.assert(
    fc.property(head, (written) => {
      expect(readHeadOf(3, new TextEncoder().encode(JSON.stringify(written)))).toEqual(written)
    }),
  )
})

test('a head that is shorter than it says is refused', () => {
  const said = sayCollection({ number: 1, name: 'notes', schemaVersion: 0, pages: [7, 8] })
  const packed = packHead({ commit: 1, order: 1, seals: { epoch: 1, count: 1 } }, [said])
  expect(() => readHeadOf(FORMAT, packed.slice(0, -1))).toThrow(RangeError)
})

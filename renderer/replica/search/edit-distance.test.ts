import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EditDistance, LONGEST_PATTERN } from './edit-distance.ts'

const word = (maxLength: number) =>
  fc
    .array(fc.constantFrom(...Array.from('abcdé東')), { minLength: 1, maxLength })
    .map((letters) => letters.join(''))

function codesOf(text: string): Uint16Array {
  return Uint16Array.from(text, (letter) => letter.charCodeAt(0))
}

/** By the table of all beginnings of both, as in the textbook. */
function plainDistance(a: string, b: string): number {
  const rows: number[][] = []
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let row = 0; row <= a.length; row += 1) {
    rows.push([row])
    for (let column = 1; column <= b.length; column += 1) {
      const changed = a[row - 1] === b[column - 1] ? 0 : 1
      const ways = row === 0 ? [column] : [at(row - 1, column) + 1, (rows[row]?.[column - 1] ?? 0) + 1]
      if (row > 0) ways.push(at(row - 1, column - 1) + changed)
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (isSwap) ways.push(at(row - 2, column - 2) + 1)
      rows[row]?.push(Math.min(...ways))
    }
  }
  return at(a.length, b.length)
}

test('is what the textbook says, up to what is asked for', () => {
  const distance = new EditDistance()
  fc.assert(
    fc.property(word(LONGEST_PATTERN), word(40), fc.integer({ min: 1, max: 40 }), (pattern, other, most) => {
      distance.set(codesOf(pattern))
      const codes = codesOf(`xx${other}`)
      const measured = distance.to(codes, 2, other.length, most)
      const plain = plainDistance(pattern, other)
      expect(measured > most ? most + 1 : measured).toBe(Math.min(plain, most + 1))
    }),
    { numRuns: 500 },
  )
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderedRows } from './ordered-rows.ts'
import type { RowOrder } from './ordered-rows.ts'

type Row = { readonly name: string; readonly size: number | undefined }

const bySize: RowOrder<Row> = {
  passes: ({ name }) => name !== 'hidden',
  keyOf: ({ size }) => size,
  descending: false,
}
const always = () => true

describe('putting rows in order', () => {
  it('is what sorting all of them at once would give', async () => {
    const anyRow = fc.record({
      name: fc.constantFrom('shown', 'hidden'),
      size: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 500 }), fc.boolean(), async (rows, descending) => {
        const far = descending ? -Infinity : Infinity
        const expected = rows
          .filter(({ name }) => name === 'shown')
          .toSorted((a, b) => {
            const [left, right] = [a.size ?? far, b.size ?? far]
            if (left === right) return 0
            return left < right === descending ? 1 : -1
          })
        const ordered = await orderedRows(rows, { ...bySize, descending }, always)
        expect(ordered).toEqual(expected)
        expect(ordered?.every((row, at) => row === expected[at])).toBe(true)
      }),
    )
  })

  it('ends as soon as nobody wants it', async () => {
    let looked = 0
    const order = { ...bySize, passes: () => (looked += 1) > 0 }
    const rows = Array.from({ length: 10_000 }, (_, size) => ({ name: 'shown', size }))
    expect(await orderedRows(rows, order, () => looked < 200)).toBeUndefined()
    expect(looked).toBeLessThan(400)
  })

  it('gives way while it works', async () => {
    let frames = 0
    let isOver = false
    const count = () => {
      frames += 1
      if (!isOver) setTimeout(count, 0)
    }
    setTimeout(count, 0)
    const slow: RowOrder<Row> = {
      ...bySize,
      keyOf({ size }) {
        for (const until = performance.now() + 0.05; performance.now() < until;);
        return size
      },
    }
    await orderedRows(
      Array.from({ length: 2000 }, (_, size) => ({ name: '', size })),
      slow,
      always,
    )
    isOver = true
    expect(frames).toBeGreaterThan(2)
  })
})

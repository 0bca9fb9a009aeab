import { describe, expect, it } from 'vitest'
import { identifier } from '../../values/index.ts'
import { ofSameOrder } from './index.ts'

const numbered = (patientId: string, ...numbers: readonly (readonly [string, string])[]) => ({
  id: 'any',
  patientId,
  identifiers: numbers.map(([type, value]) => identifier({ type, value, authority: { namespace: 'LAB' } })),
})

describe('what came of one order', () => {
  it('shares the number that the filler gave it', () => {
    expect(ofSameOrder(numbered('a', ['FILL', '7']), numbered('a', ['FILL', '7'], ['PLAC', '1']))).toBe(true)
    expect(ofSameOrder(numbered('a', ['FILL', '7']), numbered('a', ['FILL', '8']))).toBe(false)
  })

  it('is told by the placer’s number only where one of the two has none of the filler’s', () => {
    const [first, second] = [
      numbered('a', ['FILL', '7'], ['PLAC', '1']),
      numbered('a', ['FILL', '8'], ['PLAC', '1']),
    ]
    expect(ofSameOrder(first, second)).toBe(false)
    expect(ofSameOrder(first, numbered('a', ['PLAC', '1']))).toBe(true)
  })

  it('is of one patient, and needs a number', () => {
    expect(ofSameOrder(numbered('a', ['FILL', '7']), numbered('b', ['FILL', '7']))).toBe(false)
    expect(ofSameOrder(numbered('a'), numbered('a'))).toBe(false)
    expect(ofSameOrder(numbered('a', ['MR', '7']), numbered('a', ['MR', '7']))).toBe(false)
  })
})

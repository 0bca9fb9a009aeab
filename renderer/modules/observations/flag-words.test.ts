import { describe, expect, it } from 'vitest'
import { flagWords } from './flag-words.ts'

describe('flags of a result', () => {
  it('are said in words, and not at all where all is usual', () => {
    expect(flagWords(['HH'])).toBe('very high')
    expect(flagWords(['N'])).toBe('')
    expect(flagWords(['A', 'D'])).toBe('abnormal, D')
  })
})

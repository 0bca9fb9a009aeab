import { describe, expect, it } from 'vitest'
import { loadingWords } from './loading-words.ts'

describe('reading in the rest', () => {
  it('says how far it is, and never that it is done', () => {
    expect(loadingWords({ share: 0.432 })).toMatchObject({
      percent: 43,
      sentence: 'Opening the rest of your records, 43 %. You can work already.',
    })
    expect(loadingWords({ share: 1 }).percent).toBe(99)
    expect(loadingWords({ share: 0 }).percent).toBe(0)
  })

  it('is spoken four times at most', () => {
    const spoken = Array.from({ length: 101 }, (_, percent) => loadingWords({ share: percent / 100 }).spoken)
    expect(new Set(spoken).size).toBe(4)
  })
})

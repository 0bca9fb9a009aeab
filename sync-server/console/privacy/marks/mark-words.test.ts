import { describe, expect, it } from 'vitest'
import { previewWords, sourceWords } from './mark-words.ts'

describe('what a change of marks would do, in words', () => {
  const people = [
    { role: 'coordinator', count: 1 },
    { role: 'account-manager', count: 2 },
  ] as const

  it('tells who loses sight, and who gains it', () => {
    expect(previewWords('mark', { records: 3, people: [...people], machines: 1 })).toBe(
      '3 records. Who would lose sight of some or all: 1 coordinator, 2 account managers, 1 connected system.',
    )
    expect(previewWords('release', { records: 1, people: [], machines: 0 })).toBe(
      '1 record. Who would gain sight of it: nobody.',
    )
  })

  it('tells where nothing would be another', () => {
    expect(previewWords('mark', { records: 0, people: [], machines: 0 })).toBe('All of them are marked so.')
    expect(previewWords('release', { records: 0, people: [], machines: 0 })).toBe(
      'None of them is marked so.',
    )
  })
})

describe('where a mark came from, in words', () => {
  const at = '2026-03-02T10:00:00.000Z'

  it('is a person, a message of a feed, or not known', () => {
    const of = (origin: 'person' | 'feed', by: string) =>
      sourceWords({ sensitivity: 'hiv', said: { at, origin, by } })
    expect(of('person', 'Priya Raman')).toBe('Priya Raman, 2026-03-02')
    expect(of('feed', 'Laboratory')).toBe('a message of Laboratory, 2026-03-02')
    expect(sourceWords({ sensitivity: 'hiv', said: null })).toBe('by whom was not kept')
  })
})

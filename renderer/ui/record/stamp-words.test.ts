import { describe, expect, it } from 'vitest'
import type { Stamp } from '#app/kernel/index.ts'
import { sourceWords, writerOf } from './stamp-words.ts'

const at = '2026-01-05T13:30:00.000Z'
const person: Stamp = { at, by: 'u1', origin: 'person' }
const feed: Stamp = { at, by: 'f1', origin: 'feed', message: '0190b3a0-7c1e-7abc-8def-0123456789ab' }

describe('where a value came from', () => {
  it('names colleagues, and never an id in place of a name', () => {
    expect(writerOf(person, (id) => (id === 'u1' ? 'Carla Mendes' : ''))).toBe('Carla Mendes')
    expect(writerOf(person, () => '')).toBe('A colleague')
    expect(writerOf(feed, () => '')).toBe('From the hospital feed')
  })

  it('says that a value is a request, and whom it waits for', () => {
    const request: Stamp = { ...person, awaits: 'General Hospital ADT' }
    expect(sourceWords(request, 'en-GB', 'UTC')).toBe(
      'Requested 5 Jan 2026, 13:30, waiting for General Hospital ADT',
    )
  })

  it('says when, and by which message an administrator finds it', () => {
    expect(sourceWords(feed, 'en-GB', 'UTC')).toBe(
      'From the hospital feed, 5 Jan 2026, 13:30, message 0123456789ab',
    )
  })
})

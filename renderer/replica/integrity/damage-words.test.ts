import { expect, test } from 'vitest'
import type { DamageReport } from '../storage/index.ts'
import { damageWords } from './damage-words.ts'

const none = { changed: 0, missing: 0, past: 0 }

test.each<[string, DamageReport]>([
  [
    '3 pages (2 changed, 1 missing), 4 records or more of patients, cases',
    {
      pages: 3,
      kinds: { ...none, changed: 2, missing: 1 },
      head: false,
      collections: [
        { collection: 'patients', pages: 1, lost: ['a', 'b'], outdated: ['c'], complete: true },
        { collection: 'cases', pages: 1, lost: [], outdated: ['d'], complete: false },
        { collection: 'settings', pages: 1, lost: ['e'], outdated: [], complete: true },
      ],
    },
  ],
  [
    '1 page (1 from the past); its parts are of different times',
    { pages: 1, kinds: { ...none, past: 1 }, head: true, collections: [] },
  ],
  ['its parts are of different times', { pages: 0, kinds: none, head: true, collections: [] }],
])('says %s', (words, report) => {
  expect(damageWords(report)).toBe(words)
})

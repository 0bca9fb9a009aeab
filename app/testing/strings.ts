import fc from 'fast-check'
import type { $ZodType } from 'zod/v4/core'
import { NOT_BLANK, ONE_LINE, PROSE } from '../values/index.ts'
import { limitsOf } from './limits.ts'

/** How long generated texts get: long enough for every script, short enough to read a counterexample. */
const LONGEST = 24

const free = new Set([NOT_BLANK, ONE_LINE, PROSE].map(({ source }) => source))

/** Texts that fit a string schema: its length, its format, its patterns. */
export function stringsOf(schema: $ZodType): fc.Arbitrary<string> {
  const { least, most, patterns } = limitsOf(schema)
  const pattern = patterns.find(({ source }) => !free.has(source))
  // A grapheme may be several UTF-16 units long, and the limit counts those.
  const texts =
    pattern === undefined
      ? fc.string({
          unit: 'grapheme',
          minLength: Math.max(0, least),
          maxLength: Math.ceil(Math.min(most, LONGEST) / 2),
        })
      : fc.stringMatching(pattern)
  return texts.filter((text) => text.length <= most)
}

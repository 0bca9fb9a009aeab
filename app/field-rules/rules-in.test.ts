import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { periodSchema } from '../values/index.ts'
import { rulesIn } from './rules-in.ts'

const end = { part: 'end', says: 'The end lies before the start.' }

describe('the rules over several parts of a value', () => {
  it('are found at any depth, each once', () => {
    const deep = z.union([
      z.string().max(3),
      z.array(z.object({ period: periodSchema.optional() })).nullable(),
    ])
    expect(rulesIn(periodSchema)).toEqual([end])
    expect(rulesIn(deep)).toEqual([end])
    expect(rulesIn(z.object({ one: periodSchema, other: periodSchema }))).toEqual([end])
  })

  it('are of no single part', () => {
    expect(rulesIn(z.string().refine((text) => text !== '', 'Something is needed.'))).toEqual([])
  })

  it('have words, and a part where they name one', () => {
    const pair = z.object({ a: z.string().optional(), b: z.string().optional() })
    const says = 'One of the two is needed.'
    expect(rulesIn(pair.refine(({ a, b }) => (a ?? b) !== undefined, says))).toEqual([{ part: null, says }])
    expect(() => rulesIn(pair.refine(({ a, b }) => a === b))).toThrow('has no words')
  })
})

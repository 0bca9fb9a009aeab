import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Stamp } from '#app/kernel/index.ts'
import { derivedId } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { documentsOf } from '#app/testing/arbitraries.ts'
import { bodyOfText, bodyText } from './body-text.ts'

const ofCases = { collection: modules.cases.collection }

const stamps: readonly Stamp[] = ['1', '2', '3'].map((day) => ({
  at: `2026-01-0${day}T12:00:00.000Z`,
  by: derivedId(day),
  origin: 'person',
}))
const bodies = fc.record({
  doc: documentsOf(modules.cases),
  stamps: fc.dictionary(fc.constantFrom(...Object.keys(modules.cases.fields)), fc.constantFrom(...stamps)),
  feeds: fc.constant({}),
})

it('keeps a body as it is, and each stamp once', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const text = bodyText(ofCases, body)
      expect(bodyOfText(ofCases, text)).toEqual(body)
      expect(bodyText(ofCases, bodyOfText(ofCases, text))).toBe(text)
      for (const { at } of new Set(Object.values(body.stamps))) {
        const inDocument = JSON.stringify(body.doc).split(at).length
        expect(text.split(at)).toHaveLength(inDocument + 1)
      }
    }),
    { numRuns: 100 },
  )
})

it('reads a body of before stamps were packed', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      expect(bodyOfText(ofCases, JSON.stringify(body))).toEqual(body)
    }),
    { numRuns: 50 },
  )
})

it('reads a patient of before there were care teams as one who is in none, and keeps who is in some', () => {
  const { collection } = modules.patients
  fc.assert(
    fc.property(documentsOf(modules.patients), (doc) => {
      const body = { doc, stamps: {}, feeds: {} }
      expect(bodyOfText({ collection }, bodyText({ collection }, body))).toEqual(body)
      const { careTeamIds: _later, ...first } = doc
      const read = bodyOfText({ collection }, JSON.stringify({ ...body, doc: first }))
      expect(read).toEqual({ ...body, doc: { ...doc, careTeamIds: [] } })
    }),
    { numRuns: 20 },
  )
})

import { describe, expect, it } from 'vitest'
import { derivedId } from '#app/kernel/index.ts'
import { hangingOn } from './hanging-on.ts'

const [patient, visit, finding, booking, call] = ['patient', 'visit', 'finding', 'booking', 'call'].map(
  (name) => derivedId(name),
)
// In an order in which what hangs on something comes first.
const records = [
  { id: call, hangsOn: [booking, patient] },
  { id: finding, hangsOn: [visit, patient] },
  { id: visit, hangsOn: [booking, patient] },
  { id: booking, hangsOn: [patient] },
  { id: patient, hangsOn: [] },
].map(({ id, hangsOn }) => ({ id: String(id), hangsOn: hangsOn.map(String) }))

const from = (...chosen: unknown[]) => [...hangingOn(records, new Set(chosen.map(String)))].toSorted()
const ids = (...some: unknown[]) => some.map(String).toSorted()

describe('what hangs on a record', () => {
  it('is everything on a patient', () => {
    expect(from(patient)).toEqual(ids(visit, finding, booking, call))
  })

  it('goes down from a visit, and not up', () => {
    expect(from(visit)).toEqual(ids(finding))
    expect(from(booking)).toEqual(ids(visit, finding, call))
    expect(from(finding)).toEqual([])
  })

  it('is not what is chosen itself, also in a circle', () => {
    expect(from(visit, finding)).toEqual([])
    const circle = [
      { id: String(visit), hangsOn: [String(booking)] },
      { id: String(booking), hangsOn: [String(visit)] },
    ]
    expect([...hangingOn(circle, new Set([String(visit)]))]).toEqual([booking])
  })
})

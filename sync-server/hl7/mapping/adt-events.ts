import type { DataOfModule } from '#app/modules/index.ts'

// What each trigger event of ADT means, as a table (HL7 v2.9 chapter 3). The mapping reads it; nothing here runs.

type VisitStatus = DataOfModule<'encounters'>['status']

export type VisitEvent = {
  /** What the visit is after it. Absent: the event says nothing of that; a new visit is under way. */
  readonly status?: VisitStatus
  /** The time of the event ends the stay where PV1-45 is silent. */
  readonly ends?: true
  /** It takes something back. What is taken back must be known, or a person decides. */
  readonly takesBack?: 'the admission' | 'the transfer' | 'the discharge' | 'what was planned' | 'the visit'
  /** The stay goes on: an end that was recorded is emptied. */
  readonly reopens?: true
  /** PV1-3 tells where the patient is now. Otherwise a known place stays. */
  readonly keepsPlace?: true
}

/** What MRG and PID are to each other. */
export type Joining =
  | 'merge-patients'
  | 'merge-visits'
  | 'merge-accounts'
  | 'move-visit'
  | 'move-account'
  | 'move-identifiers'
  | 'change-identifiers'
  | 'link'
  | 'unlink'

export type AdtEvent = {
  /** The patients of the message: one, two that each have their PV1 (A17), or pairs with MRG. */
  readonly patients: 'one' | 'each' | 'pairs' | 'two'
  /** Null: the event is about the person, and PV1 stands there because the structure asks for it. */
  readonly visit: VisitEvent | null
  readonly joining: Joining | null
  /** The record of the person is to go away: a person decides. */
  readonly removes?: true
}

const visit = (event: VisitEvent = {}): AdtEvent => ({ patients: 'one', visit: event, joining: null })
const person: AdtEvent = { patients: 'one', visit: null, joining: null }
const joins = (joining: Joining, event: VisitEvent | null = null): AdtEvent => ({
  patients: 'pairs',
  visit: event,
  joining,
})

export const adtEvents = {
  A01: visit({ status: 'in-progress' }),
  A02: visit(),
  A03: visit({ status: 'finished', ends: true }),
  A04: visit({ status: 'arrived' }),
  A05: visit({ status: 'planned' }),
  A06: visit({ status: 'in-progress' }),
  A07: visit({ status: 'in-progress' }),
  A08: visit(),
  A09: visit(),
  A10: visit(),
  A11: visit({ status: 'cancelled', takesBack: 'the admission' }),
  A12: visit({ takesBack: 'the transfer' }),
  A13: visit({ status: 'in-progress', reopens: true, takesBack: 'the discharge' }),
  A14: visit({ status: 'planned' }),
  A15: visit({ keepsPlace: true }),
  A16: visit({ keepsPlace: true }),
  A17: { patients: 'each', visit: {}, joining: null },
  A18: joins('merge-patients'),
  A21: visit({ status: 'on-leave' }),
  A22: visit({ status: 'in-progress' }),
  A23: visit({ status: 'entered-in-error', takesBack: 'the visit' }),
  A24: { patients: 'two', visit: null, joining: 'link' },
  A25: visit({ takesBack: 'what was planned', keepsPlace: true }),
  A26: visit({ takesBack: 'what was planned', keepsPlace: true }),
  A27: visit({ status: 'cancelled', takesBack: 'what was planned' }),
  A28: person,
  A29: { ...person, removes: true },
  A30: joins('merge-patients'),
  A31: person,
  A34: joins('merge-patients'),
  A35: joins('merge-accounts'),
  A36: joins('merge-patients'),
  A37: { patients: 'two', visit: null, joining: 'unlink' },
  A38: visit({ status: 'cancelled', takesBack: 'what was planned' }),
  A40: joins('merge-patients'),
  A41: joins('merge-accounts'),
  A42: joins('merge-visits'),
  A43: joins('move-identifiers'),
  A44: joins('move-account'),
  A45: joins('move-visit', {}),
  A46: joins('change-identifiers'),
  A47: joins('change-identifiers'),
  A60: person,
} as const satisfies Readonly<Record<string, AdtEvent>>

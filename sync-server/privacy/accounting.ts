import type { Id } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import { entriesBetween } from '../audit/walk-audit.ts'
import { recordsOfPatient } from '../replication/records-of-patient.ts'
import type { AuditEntry, Store } from '../store/contract.ts'

// To whom a patient's information went (45 CFR 164.528): every disclosure of six years, from the audit, which holds them
// before they leave.

const YEARS = 6

/** Disclosures for these need not be told to a patient who asks (164.528(a)(1)(i)); they are shown all the same. */
const exempt: readonly string[] = ['treatment', 'payment', 'operations']

export type Disclosed = {
  readonly at: string
  /** By name; a feed by its id. */
  readonly recipient: string
  readonly purpose: string
  readonly way: 'fhir' | 'hl7' | 'record'
  readonly agreement: string | null
  /** What of the patient, by the labels of modules. */
  readonly what: readonly string[]
  readonly mustBeTold: boolean
}

export async function disclosuresOf(store: Store, patientId: Id, now: string): Promise<readonly Disclosed[]> {
  const labels = await labelsOf(store, patientId)
  const from = `${Number(now.slice(0, 4)) - YEARS}${now.slice(4)}`
  const entries: AuditEntry[] = []
  for await (const entry of entriesBetween(store.audit, from, after(now)))
    if (isDisclosure(entry)) entries.push(entry)
  // What left together stands in an entry for each collection: the patient's says who, the others what.
  return [
    ...Map.groupBy(
      entries,
      ({ at, actor, facts }) => `${at} ${actor} ${String(facts?.['message'])}`,
    ).values(),
  ]
    .filter((together) => together.some(({ ids }) => ids?.includes(patientId)))
    .flatMap((together) => disclosedOf(together, labels) ?? [])
}

function isDisclosure({ action, outcome }: AuditEntry): boolean {
  return action === 'disclose' || (action === 'disclosure' && outcome === 'disclosed')
}

function disclosedOf(together: readonly AuditEntry[], labels: ReadonlyMap<Id, string>): Disclosed | null {
  const [first] = together
  if (first === undefined) return null
  const { at, action, purpose = 'unknown', facts = {} } = first
  const { recipient, agreement, by } = facts
  const what = new Set(together.flatMap(({ ids = [] }) => ids.flatMap((id) => labels.get(id) ?? [])))
  return {
    at,
    recipient: String(recipient ?? 'unknown'),
    purpose,
    way: action === 'disclosure' ? 'fhir' : by === 'hl7' ? 'hl7' : 'record',
    agreement: agreement === undefined ? null : String(agreement),
    what: [...what].toSorted(),
    mustBeTold: !exempt.includes(purpose) && purpose !== 'individual',
  }
}

/** The patient's records by what they are. */
async function labelsOf(store: Store, patientId: Id): Promise<ReadonlyMap<Id, string>> {
  const records = await store.snapshot((read) => recordsOfPatient(read, patientId))
  return new Map(
    records.map(({ id, collection, body }) => [
      id,
      moduleOfKind(collection, body.doc.kind)?.label.many ?? body.doc.kind,
    ]),
  )
}

/** What was written at this instant counts, too. */
function after(now: string): string {
  return new Date(Date.parse(now) + 1).toISOString()
}

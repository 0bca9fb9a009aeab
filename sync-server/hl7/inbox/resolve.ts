import { derivedId, sameJson } from '#app/kernel/index.ts'
import type { CollectionName, Id, Json } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { folded, humanNameSchema } from '#app/values/index.ts'
import type { HumanName } from '#app/values/index.ts'
import type { Fault } from '../ack.ts'
import type { Identity, Intent } from '../mapping/index.ts'
import type { FeedWrite } from '../../replication/feed-write.ts'
import { indexed } from '../../replication/identifiers.ts'
import type { StoredDocument, WriteTransaction } from '../../store/contract.ts'

// From what a message says to what is to be written: which records it speaks of, and what of it is news. Runs in the
// transaction that writes, which holds the identifiers, so that no record is made twice.

/** A message that people have to decide about: nothing of it is written. */
export class Parked extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.code)
    this.name = 'Parked'
    this.fault = fault
  }
}

export type Resolved = {
  readonly writes: readonly (FeedWrite & { readonly places: Intent['places'] })[]
  /** Writes that were older than what is there. */
  readonly stale: number
}

export async function resolveIntents(
  tx: WriteTransaction,
  feedId: Id,
  intents: readonly Intent[],
): Promise<Resolved> {
  const ids = new Map<string, Id>()
  for (const intent of intents) ids.set(intent.label, await idOf(tx, intent.identity, ids))
  const stored = await tx.load(intents.map((intent) => refOf(intent, ids)))
  const present = new Map(stored.map((document) => [document.id, document]))
  const made = new Set(intents.filter(({ create }) => create !== null).map(({ label }) => label))
  const writes: (FeedWrite & { places: Intent['places'] })[] = []
  let stale = 0
  for (const intent of intents) {
    if (intent.create === null) continue
    const id = labelled(ids, intent.label)
    const current = present.get(id) ?? null
    if (isStale(intent, current)) {
      stale += 1
      continue
    }
    const links = Object.entries(intent.links)
      .filter(([, { label, optional }]) => !optional || made.has(label) || present.has(labelled(ids, label)))
      .map(([field, { label }]) => [field, labelled(ids, label)] as const)
    const set = { ...withAdded(intent, current, feedId), ...Object.fromEntries(links) }
    writes.push({ module: intent.module, id, set, create: intent.create, places: intent.places })
  }
  return { writes, stale }
}

function labelled(ids: ReadonlyMap<string, Id>, label: string): Id {
  const id = ids.get(label)
  if (id === undefined) throw new Error(`no intent is labelled ${label}`)
  return id
}

function refOf(intent: Intent, ids: ReadonlyMap<string, Id>): { collection: CollectionName; id: Id } {
  return { collection: modules[intent.module].collection, id: labelled(ids, intent.label) }
}

async function idOf(tx: WriteTransaction, identity: Identity, ids: ReadonlyMap<string, Id>): Promise<Id> {
  if (identity.by === 'identifiers') return patientId(tx, identity)
  const of = identity.of === null ? null : labelled(ids, identity.of)
  return derivedId('hl7', identity.cause, of)
}

/** The patient who has one of the identifiers; a new one's id derives from its first identifier. */
async function patientId(
  tx: WriteTransaction,
  identity: Extract<Identity, { by: 'identifiers' }>,
): Promise<Id> {
  const wanted = identity.identifiers.flatMap((identifier) => indexed(identifier) ?? [])
  const hits = new Set((await tx.findByIdentifiers('patients', 'patient', wanted)).flat())
  const found = await survivors(tx, [...hits])
  const [patient, another] = found
  if (another !== undefined) {
    throw new Parked({ code: 'hl7.identity-conflict', facts: { place: 'PID-3', patients: found.length } })
  }
  if (patient === undefined) return derivedId('hl7', 'patient', identity.identifiers[0]?.key ?? '')
  if (contradicts(identity, patient)) {
    throw new Parked({ code: 'hl7.identity-conflict', facts: { place: 'PID-5', patients: 1 } })
  }
  return patient.id
}

/** Patients that were merged into another stand for that one. */
async function survivors(tx: WriteTransaction, ids: readonly Id[]): Promise<readonly StoredDocument[]> {
  const found = await tx.load(ids.map((id) => ({ collection: 'patients', id })))
  const next = found.map(({ id, body }) => {
    const into = body.doc['mergedIntoId']
    return typeof into === 'string' ? into : id
  })
  const distinct = [...new Set(next)]
  return sameJson(distinct.toSorted(), [...ids].toSorted()) ? found : survivors(tx, distinct)
}

/** Another birth date and another family name: that is another person under the same number. */
function contradicts(
  { names, birthDate }: { readonly names: readonly HumanName[]; readonly birthDate: string | null },
  patient: StoredDocument,
): boolean {
  const known = patient.body.doc['birthDate']
  if (birthDate?.length !== 10 || typeof known !== 'string' || known.length !== 10 || known === birthDate)
    return false
  const parsed = humanNameSchema.array().safeParse(patient.body.doc['names'])
  const families = (of: readonly HumanName[]) =>
    new Set(of.flatMap(({ family }) => (family === undefined ? [] : [folded(family)])))
  const theirs = families(parsed.success ? parsed.data : [])
  const ours = families(names)
  return ours.size > 0 && theirs.size > 0 && ![...ours].some((family) => theirs.has(family))
}

function isStale({ ranks, set }: Intent, current: StoredDocument | null): boolean {
  if (ranks === null || current === null) return false
  const rank = (status: unknown): number => (typeof status === 'string' ? (ranks[status] ?? 0) : 0)
  return rank(set['status']) < rank(current.body.doc['status'])
}

/** Where a message only adds, what this feed said before stays; before its first word, what is there. */
function withAdded({ set, adds }: Intent, current: StoredDocument | null, feedId: Id): Record<string, Json> {
  const said = { ...set }
  if (current === null) return said
  for (const field of adds) {
    const now = said[field]
    const before = current.body.feeds[feedId]?.[field] ?? (current.body.doc[field] as Json | undefined)
    if (now !== undefined && before !== undefined && before !== null) said[field] = together(before, now)
  }
  return said
}

function together(before: Json, now: Json): Json {
  if (isList(before) && isList(now))
    return [...before.filter((item) => !now.some((one) => sameItem(item, one))), ...now]
  if (isRecord(before) && isRecord(now)) return { ...before, ...now }
  return now
}

function sameItem(a: Json, b: Json): boolean {
  return isRecord(a) && isRecord(b) && a['key'] !== undefined ? a['key'] === b['key'] : sameJson(a, b)
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

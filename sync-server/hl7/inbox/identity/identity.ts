import { z } from 'zod'
import { derivedId, idSchema } from '#app/kernel/index.ts'
import type { CollectionName, ErrorFacts, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { folded, humanNameSchema } from '#app/values/index.ts'
import type { HumanName, Identifier } from '#app/values/index.ts'
import type { Identity, Intent } from '../../mapping/index.ts'
import { indexed } from '../../../replication/identifiers.ts'
import { survivorOf } from '../../../replication/one-person/merge-patients.ts'
import { ownRecord } from '../../outbound/own-authority.ts'
import type { StoredDocument, WriteTransaction } from '../../../store/contract.ts'
import { Parked } from '../applying/parked.ts'

// Which record an intent speaks of. Runs in the transaction that writes, which holds the identifiers, so that no record
// is made twice. What a person has decided about a parked message comes before what the identifiers say.

/** What a person decided: of which patient the message is, whatever its identifiers say. */
export type Decision = { readonly patientId?: Id | undefined }

const factSchema = z.object({ decidedFor: idSchema.optional() })

/** A decision as the entry keeps it. */
export function decisionFacts(patientId: Id, by: Id): ErrorFacts {
  return { decidedFor: patientId, decidedBy: by }
}

/** The decision that an entry was put back with. */
export function decisionIn(facts: ErrorFacts): Decision {
  const { data } = factSchema.safeParse(facts)
  return data?.decidedFor === undefined ? {} : { patientId: data.decidedFor }
}

export type Found = {
  /** The record that is written. */
  readonly id: Id
  /** The record that the identifiers name: another one where it has ended in a merge. */
  readonly named: Id
  /** Ids under which records of the patient may have been derived before a merge. */
  readonly aliases: readonly Id[]
  /** Keys of identifiers of the message that are not written: another patient's (a decision takes none away), and ours. */
  readonly foreign?: ReadonlySet<string>
}

type ByIdentifiers = Extract<Identity, { by: 'identifiers' }>
type ByCause = Extract<Identity, { by: 'cause' }>

/** Of a patient whom nobody knows yet. */
export function newPatientId({ identifiers }: ByIdentifiers): Id {
  return derivedId('hl7', 'patient', identifiers[0]?.key ?? '')
}

/** What a visit has of its own: the visit is part of the cause. */
export function withinRecord(identity: ByCause, id: Id): ByCause {
  return { ...identity, cause: [...identity.cause, id] }
}

/** Of a record that a patient, or nobody, owns. */
export function derivedRecordId({ cause }: ByCause, ownerId: Id | null): Id {
  return derivedId('hl7', cause, ownerId)
}

/** The patient who has one of the identifiers; a new one's id derives from its first identifier. */
export async function findPatient(
  { tx, orgId }: { readonly tx: WriteTransaction; readonly orgId: Id },
  identity: ByIdentifiers,
  decision: Decision,
  /** Where the message names them, as a place. */
  segment = 'PID',
): Promise<Found> {
  const wanted = identity.identifiers.flatMap((identifier) => indexed(identifier) ?? [])
  const bearers = await tx.findByIdentifiers('patients', 'patient', wanted)
  if (decision.patientId !== undefined) return decided(tx, identity, decision.patientId)
  const own = await ownNumbers(tx, orgId, identity)
  const hits = [...new Set([...bearers.flat(), ...own.values()])]
  const roots = new Map<Id, Id>()
  for (const hit of hits) roots.set(await survivorOf(tx, hit), hit)
  const [found, another] = roots
  if (another !== undefined) {
    throw new Parked({
      code: 'hl7.identity-conflict',
      facts: { place: numberPlace(segment), patients: roots.size },
    })
  }
  if (found === undefined) {
    const id = newPatientId(identity)
    return { id, named: id, aliases: [] }
  }
  const [id, named] = found
  const [patient] = await tx.load([{ collection: 'patients', id }])
  if (patient !== undefined && contradicts(identity, patient)) {
    throw new Parked({ code: 'hl7.identity-conflict', facts: { place: `${segment}-5`, patients: 1 } })
  }
  return { id, named, aliases: await aliasesOf(tx, patient), foreign: new Set(own.keys()) }
}

/** Patients whom the message names by a number of ours, as an echo of what was sent does: by key of that number. */
async function ownNumbers(
  tx: WriteTransaction,
  orgId: Id,
  { identifiers }: ByIdentifiers,
): Promise<ReadonlyMap<string, Id>> {
  const named = identifiers.flatMap((one): readonly (readonly [string, Id])[] => {
    const id = ownRecord(orgId, one)
    return id === null ? [] : [[one.key, id]]
  })
  if (named.length === 0) return new Map()
  const stored = await tx.load(named.map(([, id]) => ({ collection: 'patients', id })))
  const known = new Set(stored.map(({ id }) => id))
  return new Map(named.filter(([, id]) => known.has(id)))
}

function numberPlace(segment: string): string {
  return segment === 'MRG' ? 'MRG-1' : `${segment}-3`
}

async function decided(tx: WriteTransaction, identity: ByIdentifiers, patientId: Id): Promise<Found> {
  const id = await survivorOf(tx, patientId)
  const [patient] = await tx.load([{ collection: 'patients', id }])
  const aliases = await aliasesOf(tx, patient)
  const own = new Set([id, ...aliases])
  const foreign = new Set<string>()
  for (const identifier of identity.identifiers) {
    const wanted = indexed(identifier)
    const bearers = wanted === null ? [] : await tx.findByIdentifiers('patients', 'patient', [wanted])
    const ids = bearers.flat()
    if (ids.length > 0 && !ids.some((bearer) => own.has(bearer))) foreign.add(identifier.key)
  }
  return { id, named: id, aliases, foreign }
}

/** Everything that ended in a patient, directly or by another. */
async function aliasesOf(tx: WriteTransaction, patient: StoredDocument | undefined): Promise<readonly Id[]> {
  const found: Id[] = []
  const open = [...(patient?.body.aliases ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next)
    const [alias] = await tx.look([{ collection: 'patients', id: next }])
    open.push(...(alias?.body.aliases ?? []))
  }
  return found
}

/**
 * A record by its cause, as it was derived under its patient or under one of the patient's aliases; else by one of its
 * numbers. A number that is another patient's is a conflict for people where the record belongs to nobody by itself.
 */
export async function findByCause(
  tx: WriteTransaction,
  { module, identity }: { readonly module: Intent['module']; readonly identity: ByCause },
  owner: Found | null,
  /** Whose it may still be; `anybody` goes by the numbers alone. */
  former: Found | 'anybody' | null = null,
  /** Among its numbers, those that we gave: by key, the record that each names. */
  given: ReadonlyMap<string, Id> = new Map(),
): Promise<Id> {
  const { collection, kind } = modules[module]
  const before = former === null || former === 'anybody' ? [] : [former.id, ...former.aliases]
  const owners = owner === null ? [null] : [owner.id, ...owner.aliases, ...before]
  const belongs = ({ body }: StoredDocument): boolean =>
    owner === null || [owner.id, ...before].includes(String(body.doc['patientId']))
  const derived = owners.map((id) => derivedRecordId(identity, id))
  const found = await tx.load([...given.values(), ...derived].map((id) => ({ collection, id })))
  const ours = found.find(({ id, body }) => [...given.values()].includes(id) && body.doc.kind === kind)
  if (ours !== undefined && belongs(ours)) return followed(found, ours.id)
  const here = derived.find((id) => found.some((one) => one.id === id && belongs(one)))
  if (here !== undefined) return followed(found, here)
  const numbered = await findByNumbers(tx, collection, kind, identity.numbers ?? [])
  const own = numbered.filter((one) => belongs(one) || (former === 'anybody' && numbered.length === 1))
  const [first] = own
  if (first !== undefined) return followed(own, first.id)
  return derived[0] ?? derivedRecordId(identity, null)
}

/** A visit that ended in another means that one. */
function followed(found: readonly StoredDocument[], id: Id): Id {
  return found.find((one) => one.id === id)?.body.ended?.into ?? id
}

export async function findByNumbers(
  tx: WriteTransaction,
  collection: CollectionName,
  kind: string,
  numbers: readonly Identifier[],
): Promise<readonly StoredDocument[]> {
  const wanted = numbers.flatMap((number) => indexed(number) ?? [])
  if (wanted.length === 0) return []
  const ids = [...new Set((await tx.findByIdentifiers(collection, kind, wanted)).flat())]
  return tx.load(ids.map((id) => ({ collection, id })))
}

/** Another birth date and another family name: that is another person under the same number. */
function contradicts({ names, birthDate }: ByIdentifiers, patient: StoredDocument): boolean {
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

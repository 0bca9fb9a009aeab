import { sensitivitiesAmong } from '#app/kernel/index.ts'
import type { CollectionName, Id, Json } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { FeedActor } from '../../../replication/actor.ts'
import type { FeedWrite } from '../../../replication/feed/feed-write.ts'
import type { StoredDocument, WriteTransaction } from '../../../store/contract.ts'
import type { Intent } from '../../mapping/index.ts'
import { findByCause, findPatient, withinRecord } from '../identity/identity.ts'
import type { Decision, Found } from '../identity/identity.ts'
import { findByNames } from '../identity/names.ts'
import { ownRecord } from '../../outbound/own-authority.ts'
import { isList, isRecord, newsOf } from './news.ts'
import { Parked } from './parked.ts'

// From what a message says to what is to be written: which records it speaks of, and what of it is news.

export type ResolvedWrite = FeedWrite & { readonly places: Intent['places'] }

export type Resolved = {
  readonly writes: readonly ResolvedWrite[]
  /** Writes, or parts of them, that were older than what is there. */
  readonly stale: number
  /** Which record each label means. */
  readonly found: ReadonlyMap<string, Found>
}

export async function resolveIntents(
  tx: WriteTransaction,
  { feedId, at, subject: { orgId } }: Pick<FeedActor, 'feedId' | 'at' | 'subject'>,
  intents: readonly Intent[],
  decision: Decision = {},
): Promise<Resolved> {
  const found = new Map<string, Found>()
  for (const intent of intents) found.set(intent.label, await findOne(tx, orgId, intent, found, decision))
  const stored = await tx.load(intents.map((intent) => refOf(intent, found)))
  const present = new Map(stored.map((document) => [document.id, document]))
  const made = new Set(intents.filter(({ create }) => create !== null).map(({ label }) => label))
  const writes: ResolvedWrite[] = []
  let stale = 0
  for (const intent of intents) {
    const { id, foreign } = labelled(found, intent.label)
    const current = present.get(id) ?? null
    keepBack(intent, current, decision)
    if (isSkipped(intent, current)) continue
    if (isStale(intent, current)) {
      stale += 1
      continue
    }
    const links = Object.entries(intent.links)
      .filter(
        ([, { label, optional }]) => !optional || made.has(label) || present.has(labelled(found, label).id),
      )
      .map(([field, { label }]) => [field, labelled(found, label).id] as const)
    const { set, older } = newsOf(intent, Object.fromEntries(links), current, { feedId, at })
    stale += older > 0 ? 1 : 0
    // What is known to be sensitive about a person or a visit is so about what hangs on them.
    const hung = links.flatMap(([, id]) => sensitivitiesAmong(present.get(id)?.body.doc.scopes ?? []))
    writes.push({
      module: intent.module,
      id,
      set: withoutForeign(set, foreign),
      ...(intent.create === null ? {} : { create: intent.create }),
      sensitivities: [...(intent.sensitivities ?? []), ...hung],
      places: intent.places,
    })
  }
  return { writes, stale, found }
}

/**
 * Numbers of another patient stay theirs, or every message under them would be in doubt from then on; and our own number
 * that comes back is none that a sender gave.
 */
function withoutForeign(
  set: Readonly<Record<string, Json>>,
  foreign: ReadonlySet<string> | undefined,
): Readonly<Record<string, Json>> {
  const identifiers = set['identifiers']
  if (foreign === undefined || identifiers === undefined || !isList(identifiers)) return set
  const isForeign = (one: Json): boolean =>
    isRecord(one) && typeof one['key'] === 'string' && foreign.has(one['key'])
  const own = identifiers.filter((one) => !isForeign(one))
  return { ...set, identifiers: own }
}

export function labelled(found: ReadonlyMap<string, Found>, label: string): Found {
  const one = found.get(label)
  if (one === undefined) throw new Error(`no intent is labelled ${label}`)
  return one
}

function refOf(intent: Intent, found: ReadonlyMap<string, Found>): { collection: CollectionName; id: Id } {
  return { collection: modules[intent.module].collection, id: labelled(found, intent.label).id }
}

async function findOne(
  tx: WriteTransaction,
  orgId: Id,
  { label, module, identity }: Intent,
  found: ReadonlyMap<string, Found>,
  decision: Decision,
): Promise<Found> {
  if (identity.by === 'identifiers') {
    // A decision is about the first patient of the message: not about others, nor about the one that ends in a merge.
    const segment = segmentOf(label)
    return findPatient({ tx, orgId }, identity, segment === 'PID' ? decision : {}, segment)
  }
  const owner = identity.of === null ? null : labelled(found, identity.of)
  const { from, within } = identity
  const whole = typeof within === 'string' ? withinRecord(identity, labelled(found, within).id) : identity
  const former = from === undefined ? null : from === null ? 'anybody' : labelled(found, from)
  const given = givenNumbers(orgId, identity)
  const strongest = await findByCause(tx, { module, identity: whole }, owner, former, given)
  const isNamed = owner !== null && identity.names !== undefined
  const id = isNamed ? await findByNames(tx, { module, identity }, owner, strongest) : strongest
  const foreign = [...given].filter(([, own]) => own === id).map(([key]) => key)
  return { id, named: id, aliases: [], ...(foreign.length === 0 ? {} : { foreign: new Set(foreign) }) }
}

/** Numbers by which we named a record to others, as the answer to a request brings them back: by key, the record. */
function givenNumbers(
  orgId: Id,
  { numbers = [] }: Extract<Intent['identity'], { by: 'cause' }>,
): ReadonlyMap<string, Id> {
  return new Map(
    numbers.flatMap((number): readonly (readonly [string, Id])[] => {
      const id = ownRecord(orgId, number)
      return id === null ? [] : [[number.key, id]]
    }),
  )
}

/** Where the patient of a label stands: `PID`, `PID[2]`, `MRG`. */
function segmentOf(label: string): string {
  const number = /^patient(?: (\d+))?$/.exec(label)
  if (number === null) return 'MRG'
  return number[1] === undefined || number[1] === '1' ? 'PID' : `PID[${number[1]}]`
}

/** The rules that keep a message back. Whose it is can be decided; what takes a person's record away is done by hand. */
function keepBack(intent: Intent, current: StoredDocument | null, decision: Decision): void {
  if (intent.awaits !== undefined) {
    throw new Parked({ code: 'hl7.needs-decision', facts: { why: intent.awaits.why, place: 'EVN' } })
  }
  if (decision.patientId !== undefined) return
  if (intent.takesBack !== undefined && current === null) {
    const place = intent.places['identifiers'] ?? intent.module
    throw new Parked({ code: 'hl7.unknown-cancelled', facts: { what: intent.takesBack, place } })
  }
}

function isSkipped({ create, onlyNew, onlyKnown }: Intent, current: StoredDocument | null): boolean {
  if (onlyKnown === true) return current === null
  return create === null || (onlyNew === true && current !== null)
}

function isStale({ ranks, set }: Intent, current: StoredDocument | null): boolean {
  if (ranks === null || current === null) return false
  const rank = (status: unknown): number => (typeof status === 'string' ? (ranks[status] ?? 0) : 0)
  return rank(set['status']) < rank(current.body.doc['status'])
}

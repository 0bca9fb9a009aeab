import { sameJson } from '#app/kernel/index.ts'
import type { AnyDocument, Id, Json } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { identifierSchema } from '#app/values/index.ts'
import type { Identifier } from '#app/values/index.ts'
import type { FeedActor } from '../../replication/actor.ts'
import { change, mergePatients, recordsOf, survivorOf, undoMerge } from '../../replication/merge-patients.ts'
import type { Merger } from '../../replication/merge-patients.ts'
import type { StoredBody, StoredDocument, WriteTransaction } from '../../store/contract.ts'
import type { Operation } from '../mapping/index.ts'
import { findByNumbers } from './identity.ts'
import type { Decision, Found } from './identity.ts'
import { Impossible, Parked } from './parked.ts'
import { labelled } from './resolve.ts'

// What a message does to records as such, after its values were written: in the same savepoint, so that a merge that
// can't be done leaves nothing of its message behind.

export type Operating = {
  readonly tx: WriteTransaction
  readonly actor: FeedActor
  readonly found: ReadonlyMap<string, Found>
  readonly decision: Decision
}

/** Answers how many records it changed. Throws `Parked` or `Impossible`. */
export async function operate(within: Operating, operations: readonly Operation[]): Promise<number> {
  let count = 0
  for (const operation of operations) count += await one(within, operation)
  return count
}

async function one(within: Operating, operation: Operation): Promise<number> {
  switch (operation.type) {
    case 'merge-patients':
      return merge(within, operation.into, operation.from)
    case 'move-identifiers':
      return moveIdentifiers(within, operation)
    case 'merge-visits':
    case 'move-visits':
      return moveVisits(within, operation)
    case 'snapshot':
      return endUnsaid(within, operation)
    case 'link':
      if (within.decision.patientId !== undefined) return merge(within, operation.one, operation.other)
      throw new Parked({
        code: 'hl7.needs-decision',
        facts: { why: 'two records are said to be of one person', place: 'PID[2]' },
      })
    case 'unlink':
      return unlink(within, operation.one, operation.other)
  }
}

function merger({ actor }: Operating): Merger {
  const { feedId, messageId, at, subject } = actor
  const stamp = { at, by: feedId, origin: 'feed', message: messageId } as const
  return { orgId: subject.orgId, by: feedId, cause: messageId, stamp }
}

/**
 * PID survives, MRG ends. What ended already in the one that survives is no news; two names of one record, or a merge
 * against the direction of one that was done, is refused.
 */
async function merge(within: Operating, into: string, from: string): Promise<number> {
  const { tx, found } = within
  const [survivorNamed, loserNamed] = [labelled(found, into).named, labelled(found, from).named]
  const survivor = await survivorOf(tx, survivorNamed)
  const loser = await survivorOf(tx, loserNamed)
  if (survivor === loser) {
    if (loserNamed !== loser) return 0
    throw survivorNamed === loser
      ? new Impossible('a record can not be merged into itself', 'MRG-1')
      : new Impossible('the record that is to survive has ended in the one that is to end', 'MRG-1')
  }
  if (loserNamed !== loser) {
    throw new Parked({
      code: 'hl7.identity-conflict',
      facts: { place: 'MRG-1', patients: 2 },
    })
  }
  const moved = await mergePatients(tx, merger(within), { loser, survivor })
  return moved.length + 2
}

/** A24's opposite: where one of the two ended in the other, that is taken back. */
async function unlink(within: Operating, one: string, other: string): Promise<number> {
  const { tx, found } = within
  const named = [labelled(found, one).named, labelled(found, other).named]
  for (const id of named) {
    const [patient] = await tx.load([{ collection: 'patients', id }])
    if (patient?.body.ended === undefined || !named.includes(patient.body.ended.into)) continue
    return (await undoMerge(tx, merger(within), id)) + 2
  }
  return 0
}

/**
 * A number goes to another patient. Where it is the only one of its record, the record goes with it: that is a merge.
 * Where the record has others, nobody but a person can tell what was kept under which.
 */
async function moveIdentifiers(
  within: Operating,
  { into, from, identifiers }: Extract<Operation, { type: 'move-identifiers' }>,
): Promise<number> {
  const { tx, found } = within
  const target = labelled(found, into)
  const source = labelled(found, from)
  const [here] = await tx.load([{ collection: 'patients', id: source.id }])
  if (source.id === target.id) return 0
  if (here === undefined) {
    const [living] = await tx.load([{ collection: 'patients', id: target.id }])
    if (living === undefined) return 0
    const known = numbersOf(living.body.doc)
    change(tx, merger(within), living, { identifiers: jsonOf(withNumbers(known, identifiers)) })
    return 1
  }
  const leaving = new Set(identifiers.map(({ key }) => key))
  if (numbersOf(here.body.doc).some(({ key }) => !leaving.has(key))) {
    throw new Parked({
      code: 'hl7.needs-decision',
      facts: { why: 'a number is moved from a patient who has others', place: 'MRG-1' },
    })
  }
  return merge(within, into, from)
}

/** What carries the prior number gets the number of now, and goes to the patient of the message. */
async function moveVisits(
  within: Operating,
  operation: Extract<Operation, { type: 'merge-visits' | 'move-visits' }>,
): Promise<number> {
  const { tx, found } = within
  const { prior, now, from, to } = operation
  const { collection, kind } = modules.encounters
  const target = labelled(found, to)
  const owners = new Set([target.id, ...(from === null ? [] : [labelled(found, from).id])])
  const known = await findByNumbers(tx, collection, kind, [prior])
  const carrying =
    from === null && known.length === 1
      ? known
      : known.filter(({ body }) => owners.has(String(body.doc['patientId'])))
  const living =
    now === null
      ? undefined
      : (await findByNumbers(tx, collection, kind, [now])).find(({ body }) => body.ended === undefined)
  let count = 0
  for (const visit of carrying) {
    if (visit.id === living?.id && operation.type === 'merge-visits') continue
    if (operation.type === 'merge-visits' && living !== undefined)
      count += await endVisit(within, visit, living)
    else count += await moveVisit(within, visit, now, target.id, owners)
  }
  return count
}

async function moveVisit(
  within: Operating,
  visit: StoredDocument,
  now: Identifier | null,
  patientId: Id,
  owners: ReadonlySet<Id>,
): Promise<number> {
  const numbers = numbersOf(visit.body.doc)
  const identifiers = now === null ? numbers : withNumbers(numbers, [now])
  const before = String(visit.body.doc['patientId'])
  change(within.tx, merger(within), visit, { patientId, identifiers: jsonOf(identifiers) })
  let count = 1
  for (const owner of new Set([...owners, before])) {
    if (owner === patientId) continue
    const records = await recordsOf(within.tx, owner)
    const own = records.filter(({ body }) => body.doc['encounterId'] === visit.id)
    for (const record of own) change(within.tx, merger(within), record, { patientId })
    count += own.length
  }
  return count
}

/** A visit that was another one all the time: what hangs on it goes there, and it says that it was an error. */
async function endVisit(within: Operating, visit: StoredDocument, living: StoredDocument): Promise<number> {
  const { tx } = within
  const records = await recordsOf(tx, String(visit.body.doc['patientId']))
  const own = records.filter(({ body }) => body.doc['encounterId'] === visit.id)
  const patientId = String(living.body.doc['patientId'])
  for (const record of own) change(tx, merger(within), record, { encounterId: living.id, patientId })
  const numbers = withNumbers(numbersOf(living.body.doc), numbersOf(visit.body.doc).map(former))
  change(tx, merger(within), living, { identifiers: jsonOf(numbers) })
  const moved = own.map(({ collection, id }) => ({ collection, id, was: 'handed over', before: {} }) as const)
  change(tx, merger(within), visit, { status: 'entered-in-error' }, { ended: { into: living.id, moved } })
  return own.length + 2
}

/** What this feed said of the patient before, and does not say any more. */
async function endUnsaid(
  within: Operating,
  { module, of, kept, ended, among }: Extract<Operation, { type: 'snapshot' }>,
): Promise<number> {
  const { tx, actor, found } = within
  const said = new Set(kept.map((label) => labelled(found, label).id))
  const records = await recordsOf(tx, labelled(found, of).id, [modules[module]])
  const gone = records.filter(
    ({ id, body, body: { doc } }) =>
      !said.has(id) &&
      doc.created.by === actor.feedId &&
      !saidLater(body, ended, actor.at) &&
      !alreadyEnded(doc, ended) &&
      (among === undefined || holdsAny(doc[among.field], among.any)),
  )
  const by = actor.feedId
  for (const record of gone) {
    // Said by the feed, or the same word as before would be no news once it is listed again.
    const { feeds } = record.body
    change(tx, merger(within), record, ended, { feeds: { ...feeds, [by]: { ...feeds[by], ...ended } } })
  }
  return gone.length
}

/** A list that comes late does not end what a later message has stated. */
function saidLater({ stamps }: StoredBody, ended: Readonly<Record<string, Json>>, at: string): boolean {
  return Object.keys(ended).some((field) => (stamps[field]?.at ?? '') > at)
}

function alreadyEnded(doc: AnyDocument, ended: Readonly<Record<string, Json>>): boolean {
  return Object.entries(ended).every(([name, value]) => sameJson(doc[name], value))
}

function holdsAny(list: unknown, any: readonly string[]): boolean {
  return Array.isArray(list) && list.some((item) => any.includes(String(item)))
}

function numbersOf(doc: AnyDocument): Identifier[] {
  const parsed = identifierSchema.array().safeParse(doc['identifiers'])
  return parsed.success ? parsed.data : []
}

function withNumbers(known: readonly Identifier[], more: readonly Identifier[]): Identifier[] {
  return [...new Map([...known, ...more].map((one) => [one.key, one])).values()].slice(0, 16)
}

function former(one: Identifier): Identifier {
  return { ...one, use: 'old' }
}

function jsonOf(identifiers: readonly Identifier[]): Json {
  return identifiers.map((one) => Object.fromEntries(Object.entries(one)) as Record<string, Json>)
}

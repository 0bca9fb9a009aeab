import { derivedId, sameJson, sensitivitiesAmong } from '#app/kernel/index.ts'
import type { Id, Json, Sensitivity, Stamp } from '#app/kernel/index.ts'
import { moduleOfKind, modules } from '#app/modules/index.ts'
import type { MovedRecord, StoredBody, StoredDocument, WriteTransaction } from '../../store/contract.ts'
import { followTeams, teamsFor } from '../care-teams.ts'
import { compose, ledgerEntries } from '../compose.ts'
import { mostRestrictive } from './consent-rules.ts'
import { identifiersOf } from '../identifiers.ts'
import { recordsOf } from '../records-of-patient.ts'

// Two records of one person become one. The record that ends stays as an alias that names the one that lives on; what
// hangs on it changes hands, each with a closed entry in its ledger; and it keeps what was moved, so that all of it can
// be taken back.

/** Who merges: a message of a feed, or a person who has decided. */
export type Merger = {
  readonly orgId: Id
  readonly by: string
  /** The message or edit that it rests on: a repeat makes no second entry in a ledger. */
  readonly cause: Id
  readonly stamp: Stamp
}

/** Throws where one of the two is no patient here, or one of them has ended already: the caller has looked. */
export async function mergePatients(
  tx: WriteTransaction,
  merger: Merger,
  { loser, survivor }: { readonly loser: Id; readonly survivor: Id },
): Promise<readonly MovedRecord[]> {
  const [ending, living] = await twoPatients(tx, loser, survivor)
  if (ending.body.ended !== undefined || living.body.ended !== undefined || loser === survivor)
    throw new Error('a merge of a record that has ended')
  const records = await recordsOf(tx, loser)
  const own = await recordsOf(tx, survivor)
  const restricted = mostRestrictive(records, own)
  const moved = [
    ...records.map((record) => movedOf(record, 'handed over', restricted.get(record.id))),
    ...own.filter(({ id }) => restricted.has(id)).map((one) => movedOf(one, 'kept', restricted.get(one.id))),
  ]
  const aliases = [...(living.body.aliases ?? []), loser]
  const sensitivities = sensitivitiesAmong(ending.body.doc.scopes)
  const known = {
    siteIds: union(living, ending, 'siteIds', 32),
    careTeamIds: union(living, ending, 'careTeamIds', 16),
  }
  // First of all: what goes over lies in the teams of the patient who lives on.
  await change(tx, merger, living, known, { aliases }, sensitivities)
  for (const record of records)
    await change(tx, merger, record, { patientId: survivor, ...restricted.get(record.id) })
  for (const record of own) await change(tx, merger, record, restricted.get(record.id) ?? {})
  await followTeams(tx, survivor)
  await change(tx, merger, ending, { mergedIntoId: survivor }, { ended: { into: survivor, moved } })
  audit(tx, merger, 'merge', [loser, survivor, ...moved.map(({ id }) => id)])
  return moved
}

/** Takes a merge back: what went over comes home where nobody has moved it on since. Answers how many did. */
export async function undoMerge(tx: WriteTransaction, merger: Merger, loser: Id): Promise<number> {
  const [ended] = await tx.load([{ collection: 'patients', id: loser }])
  const ending = ended?.body.ended
  if (ended === undefined || ending === undefined) return 0
  const root = await survivorOf(tx, ending.into)
  let returned = 0
  for (const record of await tx.load(ending.moved)) {
    const moved = ending.moved.find(({ id }) => id === record.id)
    if (moved === undefined || record.body.doc['patientId'] !== root) continue
    await change(tx, merger, record, {
      ...(moved.was === 'handed over' ? { patientId: loser } : {}),
      ...moved.before,
    })
    returned += 1
  }
  const [living] = await tx.load([{ collection: 'patients', id: ending.into }])
  if (living !== undefined) {
    const aliases = (living.body.aliases ?? []).filter((id) => id !== loser)
    await change(tx, merger, living, {}, { aliases })
  }
  await change(tx, merger, ended, { mergedIntoId: null }, { ended: undefined })
  audit(tx, merger, 'unmerge', [loser, ending.into])
  return returned
}

/** The record that a patient's id means now. */
export async function survivorOf(tx: Pick<WriteTransaction, 'look'>, id: Id): Promise<Id> {
  const seen = new Set<Id>()
  let at = id
  while (!seen.has(at)) {
    seen.add(at)
    const [found] = await tx.look([{ collection: 'patients', id: at }])
    const into = found?.body.ended?.into ?? found?.body.doc['mergedIntoId']
    if (typeof into !== 'string') return at
    at = into
  }
  throw new Error('merges in a circle')
}

function movedOf(
  record: StoredDocument,
  was: MovedRecord['was'],
  changes: Readonly<Record<string, Json>> = {},
): MovedRecord {
  const before = Object.keys(changes).map((name) => [name, record.body.doc[name] as Json] as const)
  return { ...refOf(record), was, before: Object.fromEntries(before) }
}

async function twoPatients(
  tx: WriteTransaction,
  loser: Id,
  survivor: Id,
): Promise<readonly [StoredDocument, StoredDocument]> {
  const found = await tx.load([loser, survivor].map((id) => ({ collection: 'patients', id }) as const))
  const ending = found.find(({ id }) => id === loser)
  const living = found.find(({ id }) => id === survivor)
  if (ending === undefined || living === undefined) throw new Error('a merge of a patient who is not here')
  return [ending, living]
}

/** What the body keeps beside the document. */
type Change = Partial<Pick<StoredBody, 'aliases' | 'ended' | 'feeds'>>

/** Writes values, valid as a whole, and a closed ledger entry for each that replaced another. */
export async function change(
  tx: WriteTransaction,
  { orgId, cause, stamp }: Merger,
  record: StoredDocument,
  changes: Readonly<Record<string, Json>>,
  own: Change = {},
  sensitivities: readonly Sensitivity[] = [],
): Promise<void> {
  const { collection, id, body: before } = record
  const module = moduleOfKind(collection, before.doc.kind)
  if (module === undefined) throw new Error(`no module has the kind ${before.doc.kind}`)
  const news = Object.entries(changes).filter(([name, value]) => !sameJson(before.doc[name], value))
  if (news.length === 0 && Object.keys(own).length === 0) return
  const composed = compose({
    module,
    id,
    orgId,
    before,
    changes: Object.fromEntries(news),
    stamp,
    sensitivities,
    teamsOf: await teamsFor(tx, [before.doc, changes]),
  })
  if (!composed.ok) throw new Error(`a merge would break ${module.name} ${composed.field}`)
  const body = { ...composed.body, ...own }
  tx.stage({ type: 'document', collection, id, body, identifiers: identifiersOf(body.doc) })
  const replaced = news.map(([field, winning]) => {
    const losing = before.doc[field]
    return { field, losing, winning, waits: false, loser: 'current' } as const
  })
  for (const entry of ledgerEntries(id, derivedId('merge', cause), replaced, stamp, before)) {
    tx.stage({ type: 'conflict', collection, id, edit: cause, entry: { ...entry, state: 'kept' } })
  }
}

function union(living: StoredDocument, ending: StoredDocument, field: string, most: number): Json {
  const lists = [living, ending].flatMap(({ body }) => {
    const value = body.doc[field]
    return Array.isArray(value) ? value.map(String) : []
  })
  return [...new Set(lists)].slice(0, most)
}

function audit(tx: WriteTransaction, { by, cause, stamp }: Merger, action: string, ids: readonly Id[]): void {
  tx.stage({
    type: 'audit',
    at: stamp.at,
    actor: by,
    action,
    collection: modules.patients.collection,
    ids,
    purpose: cause,
    outcome: 'applied',
  })
}

function refOf({ collection, id }: StoredDocument) {
  return { collection, id }
}

import type { AnyDocument, AnyModule, ErrorCode, Id } from '#app/kernel/index.ts'
import type { NewAuditEntry, StoredBody, WriteTransaction } from '../../store/contract.ts'
import type { Abroad } from '../../privacy/residency/residency.ts'
import type { ClientActor } from '../actor.ts'
import { teamsFor, teamsWritten } from '../care-teams.ts'
import { beyondReachAmong } from './beyond-reach.ts'
import { decidePush } from './decide-push.ts'
import type { Follower } from '../follower.ts'
import { changesIn } from '../field-changes.ts'
import { identifiersOf } from '../identifiers.ts'
import { followMerges } from '../one-person/retarget.ts'
import { documentAmong, standingOf } from '../view.ts'

export type ClientWrite = {
  readonly module: AnyModule
  /** The record as the client would have it: what it sees of it, with what it changes. Checked against the view schema. */
  readonly view: AnyDocument
  /** Of this write alone: what follows from it is derived from it. */
  readonly edit: Id
}

export type ClientOutcome =
  | { readonly outcome: 'applied' | 'merged' | 'unchanged' }
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly field?: string }

type Parts = {
  readonly tx: WriteTransaction
  readonly follower: Follower
  readonly abroad: Abroad
  readonly now: string
}

/**
 * One record that a machine writes: decided like an edit of a person who saw its current state, so the caller has held it
 * and looked. A refused write stages nothing.
 */
export async function applyClient(
  parts: Parts,
  actor: ClientActor,
  write: ClientWrite,
): Promise<ClientOutcome> {
  const { tx, follower, now } = parts
  const { module, view, edit } = write
  const ref = { collection: module.collection, id: view.id }
  const [current = null] = await tx.load([ref])
  const before = current?.body ?? null
  const teamsOf = await teamsFor(tx, [before?.doc, view])
  const parents = await tx.look(module.refers(view))
  const decision = decidePush({
    module,
    view,
    rev: view.rev,
    edit,
    current,
    base: before?.doc ?? 'none',
    fromAnotherLife: false,
    unsure: false,
    actor,
    now,
    asks: (field, value) => (before === null ? null : follower.asks(module, before, field, value)),
    beyondReach: beyondReachAmong(parents),
    teamsOf,
    parent: (reference) => standingOf({ subject: actor.subject, at: now }, documentAmong(parents, reference)),
  })
  if (decision.outcome === 'refused') return decision
  if (decision.outcome !== 'unchanged' && parts.abroad(decision.body.doc))
    return { outcome: 'refused', code: 'sync.foreign-region' }
  if (decision.outcome !== 'unchanged') {
    const { body, conflicts } = decision
    tx.stage({ type: 'document', ...ref, body, identifiers: identifiersOf(body.doc) })
    for (const entry of conflicts) tx.stage({ type: 'conflict', ...ref, edit, entry })
    await follow(parts, actor, write, { before, after: body })
  }
  const changes = 'body' in decision ? changesIn([{ ...ref, before, after: decision.body }]) : {}
  stageAudit(parts, actor, write, { outcome: decision.outcome, ...changes })
  return { outcome: decision.outcome }
}

async function follow(
  { tx, follower, now }: Parts,
  { clientId, subject }: ClientActor,
  { module, view, edit }: ClientWrite,
  { before, after }: { readonly before: StoredBody | null; readonly after: StoredBody },
): Promise<void> {
  const ref = { collection: module.collection, id: view.id }
  const merger = { orgId: subject.orgId, by: clientId, cause: edit, stamp: after.doc.updated }
  await followMerges(tx, merger, ref, { before, after })
  await teamsWritten(tx, ref, { before, after })
  const [left] = await tx.load([ref])
  const written = { ...ref, before, after: left?.body ?? after }
  await follower.written(tx, [written], `${clientId}/${edit}`, now)
}

function stageAudit(
  { tx, now }: Parts,
  { clientId, address, purpose, facts }: ClientActor,
  { module, view }: ClientWrite,
  ended: Pick<NewAuditEntry, 'outcome' | 'changes'>,
): void {
  const { collection } = module
  tx.stage({
    type: 'audit',
    at: now,
    actor: clientId,
    address,
    action: 'client',
    collection,
    ids: [view.id],
    purpose,
    facts,
    ...ended,
  })
}

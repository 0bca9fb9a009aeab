import { sameJson } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Identifier, StoredBody, StoredDocument, WriteTransaction } from '../../store/contract.ts'
import { linksOfFeed } from '../../blobs/visible-files.ts'
import type { Abroad } from '../../privacy/residency/residency.ts'
import type { FeedActor } from '../actor.ts'
import { teamsFor } from '../care-teams.ts'
import { decideFeed } from './decide-feed.ts'
import type { FeedOutcome, FeedWrite } from './feed-write.ts'
import { changesOf } from '../field-changes.ts'
import { identifiersOf } from '../identifiers.ts'
import { keyOf } from '../view.ts'

/**
 * Writes what one message says, in the caller's transaction, so that its inbox entry closes in the same commit. In
 * order: a document must come before those that refer to it. A refused write stops nothing: the caller decides by the
 * outcomes whether the message stands (throw out of `tx.savepoint`, and nothing of it was written).
 */
export async function applyFeed(
  tx: WriteTransaction,
  actor: FeedActor,
  writes: readonly FeedWrite[],
  { now, abroad }: { readonly now: string; readonly abroad: Abroad },
): Promise<readonly FeedOutcome[]> {
  await tx.load(writes.map(refOf))
  const outcomes: FeedOutcome[] = []
  for (const write of writes) outcomes.push(await applyOne(tx, actor, write, { now, abroad }))
  stageAudit(tx, actor, outcomes, now)
  return outcomes
}

async function applyOne(
  tx: WriteTransaction,
  actor: FeedActor,
  write: FeedWrite,
  { now, abroad }: { readonly now: string; readonly abroad: Abroad },
): Promise<FeedOutcome> {
  const ref = refOf(write)
  const module: AnyModule = modules[write.module]
  const [current = null] = await tx.load([ref])
  const stated = { ...current?.body.doc, ...write.create, ...write.set }
  const teamsOf = await teamsFor(tx, [current?.body.doc, stated])
  const refers = module.refers(stated as AnyDocument)
  const known = new Set((await tx.look(refers)).map(keyOf))
  const decision = decideFeed({
    module,
    write,
    current,
    actor,
    now,
    exists: (reference) => known.has(keyOf(reference)),
    teamsOf,
  })
  const named = { module: write.module, id: write.id }
  if (decision.outcome === 'refused') {
    return { ...named, ...decision, changed: [], waiting: [] }
  }
  if (decision.body !== null && abroad(decision.body.doc))
    return { ...named, outcome: 'refused', code: 'sync.foreign-region', changed: [], waiting: [] }
  if (decision.body !== null) {
    const { body } = decision
    const conflicts = decision.outcome === 'unchanged' ? [] : decision.conflicts
    const files = linksOfFeed({ module, body, current, conflicts })
    tx.stage({ type: 'document', ...ref, body, identifiers: newIdentifiers(current, body), files })
  }
  if (decision.outcome === 'unchanged') return { ...named, outcome: 'unchanged', changed: [], waiting: [] }
  for (const entry of decision.conflicts) tx.stage({ type: 'conflict', ...ref, edit: actor.messageId, entry })
  const { outcome, changed, waiting } = decision
  return { ...named, outcome, changed, waiting }
}

/** Undefined where a record is found by what it was found by before: that stays. */
function newIdentifiers(
  current: StoredDocument | null,
  { doc }: StoredBody,
): readonly Identifier[] | undefined {
  const before = current?.body.doc
  const isFoundAlike =
    before !== undefined && ['identifiers', 'patientId'].every((name) => sameJson(before[name], doc[name]))
  return isFoundAlike ? undefined : identifiersOf(doc)
}

function stageAudit(
  tx: WriteTransaction,
  actor: FeedActor,
  outcomes: readonly FeedOutcome[],
  now: string,
): void {
  for (const [collection, rows] of Map.groupBy(outcomes, ({ module }) => modules[module].collection)) {
    tx.stage({
      type: 'audit',
      at: now,
      actor: actor.feedId,
      action: 'feed',
      collection,
      ids: rows.map(({ id }) => id),
      ...changesOf(rows.map(({ id, changed }) => ({ id, fields: changed }))),
      purpose: actor.messageId,
      outcome: rows.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'applied',
    })
  }
}

function refOf(write: FeedWrite) {
  return { collection: modules[write.module].collection, id: write.id }
}

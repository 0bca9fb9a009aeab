import { sameJson } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { mergeFields } from '#app/merge/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DocumentRef, StoredBody, StoredDocument, WriteTransaction } from '../../store/contract.ts'
import { nobodyElses, teamsWritten } from '../care-teams.ts'
import { compose, ledgerEntries, pick } from '../compose.ts'
import type { Written } from '../follower.ts'
import { identifiersOf } from '../identifiers.ts'
import { change, mergePatients, survivorOf, undoMerge } from './merge-patients.ts'
import type { Merger } from './merge-patients.ts'

// Edits that were made while their author could not know of a merge. They are not refused and not lost: what names the
// record that ended means the one that lives on, and the ledger says so.

/** Who was away can't know of a merge: what names the record that ended means the one that lives on. */
export async function followMerges(
  tx: WriteTransaction,
  merger: Merger,
  ref: DocumentRef,
  { before, after }: Pick<Written, 'before' | 'after'>,
): Promise<void> {
  if (after.doc.kind === modules.patients.kind) await patientPushed(tx, merger, ref.id, before)
  else await retargetRecord(tx, merger, ref)
}

/** A pushed record that hangs on a patient who ended in another hangs on that one. To be called once it is staged. */
async function retargetRecord(tx: WriteTransaction, merger: Merger, ref: DocumentRef): Promise<void> {
  const [record] = await tx.load([ref])
  const patientId = record?.body.doc['patientId']
  if (record === undefined || typeof patientId !== 'string') return
  const survivor = await survivorOf(tx, patientId)
  if (survivor !== patientId) await change(tx, merger, record, { patientId: survivor })
}

/**
 * What a person changed on a patient. Naming the record that it ended in is a merge like any other; taking that name
 * away takes the merge back; and what else was changed on a record that has ended goes to the one that lives on.
 */
async function patientPushed(
  tx: WriteTransaction,
  merger: Merger,
  id: Id,
  before: StoredBody | null,
): Promise<void> {
  const [after] = await tx.load([{ collection: 'patients', id }])
  if (after === undefined) return
  const [was, is] = [before?.doc['mergedIntoId'] ?? null, after.body.doc['mergedIntoId']]
  if (typeof is === 'string' && is !== was && after.body.ended === undefined) {
    const survivor = await survivorOf(tx, is)
    if (survivor !== id) await mergePatients(tx, merger, { loser: id, survivor })
    return
  }
  if (is === null && was !== null) {
    await undoMerge(tx, merger, id)
    return
  }
  if (before?.ended !== undefined) await carryOver(tx, merger, before.doc, after)
}

/** Fields that tell of the record itself, not of the person. */
const ofTheRecord: ReadonlySet<string> = new Set(['identifiers', 'siteIds', 'mergedIntoId'])

async function carryOver(
  tx: WriteTransaction,
  merger: Merger,
  before: AnyDocument,
  after: StoredDocument,
): Promise<void> {
  const module = modules.patients
  const { doc } = after.body
  const edited = Object.keys(module.fields).filter(
    (name) => !ofTheRecord.has(name) && !sameJson(before[name], doc[name]),
  )
  const [living] = await tx.load([{ collection: 'patients', id: await survivorOf(tx, doc.id) }])
  if (living === undefined || edited.length === 0) return
  const { merged, changed, lost } = mergeFields({
    fields: Object.fromEntries(Object.entries(module.fields).filter(([name]) => edited.includes(name))),
    base: pick(before, edited),
    mine: pick(doc, edited),
    current: pick(living.body.doc, edited),
  })
  const { stamp, orgId, cause } = merger
  const changes = pick(merged, changed)
  const composed = compose({
    module,
    id: living.id,
    orgId,
    before: living.body,
    changes,
    stamp,
    teamsOf: nobodyElses,
  })

  if (!composed.ok) return
  const { body } = composed
  const ref = { collection: 'patients', id: living.id } as const
  tx.stage({ type: 'document', ...ref, body, identifiers: identifiersOf(body.doc) })
  await teamsWritten(tx, ref, { before: living.body, after: body })
  // The ledger tells of every field that came over, not only of those where two values met.
  const named = new Set(lost.map(({ field }) => field))
  const quiet = changed
    .filter((field) => !named.has(field))
    .map((field) => {
      const losing = living.body.doc[field]
      return { field, losing, winning: merged[field], waits: false, loser: 'current' } as const
    })
  for (const entry of ledgerEntries(living.id, cause, [...lost, ...quiet], stamp, living.body))
    tx.stage({ type: 'conflict', ...ref, edit: cause, entry })
}

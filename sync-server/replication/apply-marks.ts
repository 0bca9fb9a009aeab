import { mayDecideMarks } from '#app/access/index.ts'
import {
  AppError,
  isSensitivityScope,
  sensitivities,
  sensitivitiesAmong,
  sensitivityScope,
} from '#app/kernel/index.ts'
import type { Id, Sensitivity, Stamp } from '#app/kernel/index.ts'
import type { DocumentRef, StoredBody, WriteTransaction } from '../store/contract.ts'
import type { OfficerActor } from './actor.ts'

export type MarkWrite = {
  readonly change: 'mark' | 'release'
  readonly sensitivity: Sensitivity
  readonly records: readonly DocumentRef[]
  /** What the audit names beside the records: whose they are, and the paper that says why. */
  readonly about: readonly Id[]
}

/**
 * Marks records, or releases them, and nothing else of them: not who wrote them last, nor when. Whose reach they leave or
 * come into follows from their scopes, as ever. Throws `access.forbidden` where one of them is not the officer's to decide.
 */
export async function applyMarks(
  tx: WriteTransaction,
  actor: OfficerActor,
  { change, sensitivity, records, about }: MarkWrite,
): Promise<readonly Id[]> {
  const deed = change === 'mark' ? 'mark' : 'approve-release'
  const changed: Id[] = []
  for (const { collection, id, scopes, body } of await tx.load(records)) {
    if (!mayDecideMarks(actor.subject, deed, scopes, actor.at)) throw new AppError('access.forbidden')
    if (scopes.includes(sensitivityScope(sensitivity)) === (change === 'mark')) continue
    tx.stage({ type: 'document', collection, id, body: remarked(body, change, sensitivity, stampOf(actor)) })
    changed.push(id)
  }
  tx.stage({
    type: 'audit',
    at: actor.at,
    ...actor.by,
    action: `${change}-sensitive`,
    ids: [...about, ...changed],
    outcome: 'applied',
  })
  return changed
}

function remarked(
  body: StoredBody,
  change: MarkWrite['change'],
  sensitivity: Sensitivity,
  stamp: Stamp,
): StoredBody {
  const { [sensitivity]: _, ...others } = body.marks ?? {}
  const held = sensitivitiesAmong(body.doc.scopes)
  const now = sensitivities.filter((one) => (one === sensitivity ? change === 'mark' : held.includes(one)))
  const places = body.doc.scopes.filter((scope) => !isSensitivityScope(scope))
  const scopes = [...places, ...now.map(sensitivityScope)]
  const marks = change === 'mark' ? { ...others, [sensitivity]: stamp } : others
  return { ...body, doc: { ...body.doc, scopes }, marks }
}

function stampOf({ userId, at }: OfficerActor): Stamp {
  return { at, by: userId, origin: 'person' }
}

import { AppError, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { WriteTransaction } from '../../store/contract.ts'
import type { Caller } from '../access/callers.ts'
import { allows } from '../access/smart-scopes.ts'
import type { Resource } from '../convert/index.ts'
import { disclosed, insist, one } from '../desk.ts'
import type { Desk } from '../desk.ts'
import { groundsOf } from '../disclosures.ts'
import { collectionOf, isFhirType, isWritable } from '../resource-types.ts'
import type { WritableType } from '../resource-types.ts'
import { versionOf } from '../seen.ts'
import type { Looking } from '../seen.ts'
import { shownOne } from '../shown.ts'

export type Writes = 'create' | 'update'

/** What a client asks to have written; `wantsResource`: whether the answer is to carry it. */
export type WriteRequest = { readonly type: string; readonly body: unknown; readonly wantsResource: boolean }

/** Within the transaction that writes. */
export type Writing = {
  readonly tx: WriteTransaction
  readonly looking: Looking
  readonly type: WritableType
  readonly caller: Caller
  readonly now: string
}

/** What is stored now. `seq`: its number, where this write did not change it. */
export type Done = { readonly id: Id; readonly seq: number; readonly isNew: boolean }

export type Stored = {
  readonly type: WritableType
  readonly id: Id
  readonly versionId: string
  readonly isNew: boolean
  /** Null where it was not asked for, or may not be read. */
  readonly resource: Resource | null
}

/** Runs the work in one transaction, and answers as the client asked. What is refused is written down, too. */
export async function written(
  desk: Desk,
  caller: Caller,
  interaction: Writes,
  request: WriteRequest,
  work: (writing: Writing) => Promise<Done>,
): Promise<Stored> {
  const type = writableType(caller, interaction, request.type)
  const identity = await desk.store.identity()
  if (identity === null) throw new Error('FHIR needs an organisation')
  const { incarnation } = identity
  const now = instant(desk.clock)
  const viewer = { subject: caller.subject, at: now, incarnation }
  const { result, written: rows } = await desk.store
    .transaction((tx) => work({ tx, looking: { read: lookingBy(tx), viewer, caller }, type, caller, now }))
    .catch(async (thrown: unknown) => {
      if (thrown instanceof AppError) await writeDownRefusal(desk, caller, type, thrown)
      throw thrown
    })
  const { id, isNew } = result
  const seq = rows.findLast((row) => row.id === id)?.seq ?? result.seq
  const isShown = request.wantsResource && allows(caller.smartScopes, 'read', type)
  const resource = isShown ? await shown(desk, caller, interaction, type, id) : null
  return { type, id, versionId: versionOf(incarnation, seq), isNew, resource }
}

function writableType(caller: Caller, interaction: Writes, type: string): WritableType {
  if (!isFhirType(type)) throw new AppError('fhir.not-found')
  if (!isWritable(type)) throw new AppError('fhir.not-supported', { what: `to ${interaction} a ${type}` })
  insist(caller, interaction, type)
  return type
}

function lookingBy(tx: WriteTransaction): Looking['read'] {
  return {
    documents: (collection, ids) => tx.look(ids.map((id) => ({ collection, id }))),
    findByIdentifiers: (collection, kind, identifiers) => tx.findByIdentifiers(collection, kind, identifiers),
  }
}

/** The answer tells what is stored, which may be more than the client stated: a disclosure like any other. */
async function shown(
  desk: Desk,
  caller: Caller,
  interaction: Writes,
  type: WritableType,
  id: Id,
): Promise<Resource> {
  const found = await disclosed(desk, caller, async (reading) => {
    const seen = await one(reading, type, id)
    return { answer: seen, interaction, seen: [seen] }
  })
  return shownOne(desk.store.access, found)
}

async function writeDownRefusal(
  { store, clock }: Desk,
  caller: Caller,
  type: WritableType,
  { code }: AppError,
): Promise<void> {
  await store.audit.append({
    at: instant(clock),
    actor: caller.client.id,
    address: caller.address,
    action: 'client',
    collection: collectionOf(type),
    purpose: caller.client.purpose,
    outcome: code,
    facts: groundsOf(caller),
  })
}

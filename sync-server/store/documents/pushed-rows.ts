import type { CollectionName, Id, Json } from '#app/kernel/index.ts'
import type { DocumentRef, Outcome, Receipt, Shadow } from '../contract.ts'
import { prepared } from '../dialects/prepared.ts'
import { shadowPlace } from './places.ts'
import type { StoredState } from './places.ts'
import { readRevision } from './rows.ts'
import type { Context } from './rows.ts'

// Reads of what is remembered of a device's pushes.

type OfDevice = { readonly deviceId: string; readonly collection: string; readonly ids: readonly Id[] }
type ShadowRow = { id: string; edit: string; rev: string; revision: number | null; sealed: Buffer }

const shadowsOf = prepared<OfDevice, ShadowRow>(({ executor, dialect }, { deviceId, collection, ids }) =>
  executor
    .selectFrom('shadows')
    .select(['id', 'edit', 'rev', 'revision', 'sealed'])
    .where('device_id', '=', deviceId)
    .where('collection', '=', collection)
    .where(dialect.any('id', ids)),
)

export async function readShadows(
  context: Context,
  deviceId: Id,
  refs: readonly DocumentRef[],
): Promise<Shadow[]> {
  const found: Shadow[] = []
  for (const [collection, wanted] of Map.groupBy(refs, (ref) => ref.collection)) {
    const ids = wanted.map((ref) => ref.id)
    for (const row of await shadowsOf(context, { deviceId, collection, ids })) {
      const { id, edit, rev } = row
      const ref = { collection, id }
      const state = await stateOf(context, ref, deviceId, row)
      found.push({ deviceId, ...ref, edit, rev, state: (state ?? null) as Json })
    }
  }
  return found
}

async function stateOf(context: Context, ref: DocumentRef, deviceId: Id, row: ShadowRow): Promise<unknown> {
  if (row.revision !== null) return (await readRevision(context, ref, row.revision))?.doc
  const held = context.vault.openJson(shadowPlace(ref, deviceId, row.edit), row.sealed)
  return isStoredState(held) ? (await readRevision(context, ref, held.revision))?.doc : held
}

/** Until shadows had a column for it, the number of the revision lay under the seal. */
function isStoredState(held: Json | StoredState): held is StoredState {
  return typeof held === 'object' && held !== null && !('id' in held) && 'revision' in held
}

type OfEdits = { readonly deviceId: string; readonly edits: readonly string[] }
type ReceiptRow = {
  edit: string
  collection: string
  id: string
  outcome: Outcome
  code: string | null
  field: string | null
}

const receiptsOf = prepared<OfEdits, ReceiptRow>(({ executor, dialect }, { deviceId, edits }) =>
  executor
    .selectFrom('receipts')
    .select(['edit', 'collection', 'id', 'outcome', 'code', 'field'])
    .where('device_id', '=', deviceId)
    .where(dialect.any('edit', edits)),
)

export async function readReceipts(
  context: Context,
  deviceId: Id,
  edits: readonly string[],
): Promise<Receipt[]> {
  if (edits.length === 0) return []
  const rows = await receiptsOf(context, { deviceId, edits })
  return rows.map(({ code, field, collection, ...row }) => ({
    ...row,
    deviceId,
    collection: collection as CollectionName,
    ...(code === null ? {} : { code }),
    ...(field === null ? {} : { field }),
  }))
}

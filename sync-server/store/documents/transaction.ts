import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { AccessStore, DocumentRef, Identifier, MessageTransaction, StoredDocument } from '../contract.ts'
import { blobReader } from '../blobs/links.ts'
import type { WriteTransaction } from '../contract.ts'
import { readCounter } from '../dialects/counters.ts'
import { readErased } from '../erasure-store.ts'
import { bearerKey } from './bearers.ts'
import { ByDocument, latestByDocument } from './by-document.ts'
import { readReceipts, readShadows } from './pushed-rows.ts'
import { identifierHash, readDocuments, readIdentified, readRevision } from './rows.ts'
import type { Context } from './rows.ts'
import type { Staging } from './staging.ts'

type Parts = {
  readonly context: Context
  readonly staging: Staging
  readonly access: AccessStore
  readonly messages: MessageTransaction
}

/** A transaction as its caller sees it: reads that hold, and stagings. `flush.ts` writes what was staged. */
export function createTransaction({ context, staging, access, messages }: Parts): WriteTransaction {
  let depth = 0
  return {
    load: (refs) => load(context, staging, refs),
    look: (refs) => look(context, staging, refs),
    restOn: (refs) => restOn(context, staging, refs),
    erased: (collection, ids) => readErased(context, collection, ids),
    revision: (ref, seq) => readRevision(context, ref, seq),
    shadows: async (deviceId, refs) =>
      latestByDocument([
        ...(await readShadows(context, deviceId, refs)),
        ...staging.shadows(deviceId, refs),
      ]).values(),
    receipts: async (deviceId, edits) => [
      ...(await readReceipts(context, deviceId, edits)),
      ...staging.receipts(deviceId, edits),
    ],
    findByIdentifiers: (collection, kind, identifiers) =>
      holdIdentified(context, staging, collection, kind, identifiers),
    ...messages,
    blobs: blobReader(context),
    accessNumber: () => readCounter(context, 'access'),
    stage: (write) => staging.stage(write),
    async savepoint(work) {
      const length = staging.length
      depth += 1
      try {
        return await work()
      } catch (error) {
        staging.backTo(length)
        throw error
      } finally {
        depth -= 1
      }
    },
    get access() {
      // A savepoint takes back what is staged; access rows are written at once.
      if (depth > 0) throw new Error('access rows are not written within a savepoint')
      return access
    },
  }
}

async function load(
  context: Context,
  staging: Staging,
  refs: readonly DocumentRef[],
): Promise<readonly StoredDocument[]> {
  const unique = withoutRepeats(refs)
  const missing = unique.filter((ref) => staging.state(ref) === undefined)
  for (const [collection, ids] of idsByCollection(missing)) {
    await context.dialect.holdDocuments(context.executor, collection, ids)
    const found = new Map((await readDocuments(context, collection, ids)).map((state) => [state.id, state]))
    for (const id of ids) staging.loaded({ collection, id }, found.get(id) ?? null)
  }
  return unique.map((ref) => staging.state(ref)).filter((state) => state !== null && state !== undefined)
}

async function look(
  context: Context,
  staging: Staging,
  refs: readonly DocumentRef[],
): Promise<readonly StoredDocument[]> {
  const unique = withoutRepeats(refs)
  await see(
    context,
    staging,
    unique.filter((ref) => staging.glimpse(ref) === undefined),
  )
  return unique.map((ref) => staging.glimpse(ref)).filter((state) => state !== null && state !== undefined)
}

/** What was looked at before may be another by now: it is read again once it stays. */
async function restOn(
  context: Context,
  staging: Staging,
  refs: readonly DocumentRef[],
): Promise<readonly StoredDocument[]> {
  const moving = withoutRepeats(refs).filter((ref) => !staging.stays(ref))
  for (const [collection, ids] of idsByCollection(moving)) {
    await context.dialect.keepDocuments(context.executor, collection, ids)
    for (const id of ids) staging.kept({ collection, id })
  }
  await see(context, staging, moving)
  return look(context, staging, refs)
}

async function see(context: Context, staging: Staging, refs: readonly DocumentRef[]): Promise<void> {
  for (const [collection, ids] of idsByCollection(refs)) {
    const found = new Map((await readDocuments(context, collection, ids)).map((state) => [state.id, state]))
    for (const id of ids) staging.looked({ collection, id }, found.get(id) ?? null)
  }
}

function withoutRepeats(refs: readonly DocumentRef[]): readonly DocumentRef[] {
  if (refs.length < 2) return refs
  const seen = new ByDocument<DocumentRef>()
  return refs.filter((ref) => {
    const isFirst = !seen.has(ref)
    if (isFirst) seen.set(ref, ref)
    return isFirst
  })
}

/** In the order in which everybody locks. */
function idsByCollection(
  refs: readonly DocumentRef[],
): readonly (readonly [CollectionName, readonly Id[]])[] {
  // Most questions are answered from memory.
  if (refs.length === 0) return []
  return [...Map.groupBy(refs, (ref) => ref.collection)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([collection, rows]) => [collection, rows.map((ref) => ref.id).toSorted()] as const)
}

/** Each identifier is held and read once; from then on memory answers, and knows what was staged since. */
async function holdIdentified(
  context: Context,
  staging: Staging,
  collection: CollectionName,
  kind: string,
  identifiers: readonly Identifier[],
): Promise<readonly (readonly Id[])[]> {
  const { bearers } = staging
  const asked = identifiers.map((identifier) => bearerKey(collection, kind, identifier))
  const unread = new Map<string, string>()
  for (const [index, identifier] of identifiers.entries()) {
    const key = asked[index] ?? ''
    if (!bearers.isRead(key)) unread.set(identifierHash(context.vault, collection, kind, identifier), key)
  }
  if (unread.size > 0) {
    const hashes = [...unread.keys()].toSorted()
    await context.dialect.lockNames(context.executor, hashes)
    const found = await readIdentified(context, collection, kind, hashes)
    for (const [index, hash] of hashes.entries()) bearers.read(unread.get(hash) ?? '', found[index] ?? [])
  }
  return asked.map((key) => bearers.of(collection, key))
}

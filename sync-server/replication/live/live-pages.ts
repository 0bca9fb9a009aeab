import type { Id } from '#app/kernel/index.ts'
import type { StreamEvent } from '#app/protocol/index.ts'
import type { StagedWrite, StoredDocument, Written, WriteTransaction } from '../../store/contract.ts'
import type { Listener, Listeners } from './listeners.ts'
import type { BatchOutcome } from '../push/push-batch.ts'
import { keyOf, permissionOn, viewOf } from '../view.ts'

// What a small push leaves goes out with the stream itself, to those who stand right before it: they need not ask. Whom it
// is shown to is decided within the push's transaction, by rights that hold in it, and stands in the audit with the same
// commit: nothing leaves that is not on record. Everybody else hears that something moved, and pulls.

/** A push of more documents, or one that more listeners see, is only told of: a writer does not wait for its readers. */
const MOST_DOCUMENTS = 16
const MOST_READERS = 64

export type PushedBatch = {
  /** Who pushed: their own documents are in the answer. */
  readonly deviceId: Id
  readonly at: string
  readonly incarnation: string
  readonly outcome: BatchOutcome
}

/** Who is shown what, once it is committed. */
export type Showing = {
  readonly batch: PushedBatch
  readonly changed: readonly StoredDocument[]
  /** The number at which rights were looked at; null where nobody is shown anything. */
  readonly rightsAt: number | null
  /** Of the listeners: who came later was not looked at. */
  readonly arrivals: number
  /** Whom it concerns; null for who has to pull. To all others it is as if nothing had changed. */
  readonly shown: ReadonlyMap<Listener, readonly StoredDocument[] | null>
}

/** Within the transaction: chooses who is shown what, and stages the audit entries of it. */
export async function chooseReaders(
  tx: Pick<WriteTransaction, 'stage' | 'accessNumber'>,
  batch: PushedBatch,
  listeners: Listeners,
): Promise<Showing> {
  const changed = batch.outcome.left.filter(({ seq }) => seq === 0)
  const { arrivals } = listeners
  const nobody: Showing = { batch, changed, arrivals, rightsAt: null, shown: new Map() }
  if (listeners.size === 0 || !isSimple(batch.outcome, changed)) return nobody
  const rightsAt = await tx.accessNumber()
  const readers = readersOf(batch, changed, listeners, rightsAt)
  const shown = readers.size > MOST_READERS ? new Map([...readers.keys()].map((one) => [one, null])) : readers
  for (const entry of auditEntries(batch, shown)) tx.stage(entry)
  return { batch, changed, arrivals, rightsAt, shown }
}

/** Departures are tombstones for some, and a ledger has the store's order: who is concerned pulls. */
function isSimple({ departed }: BatchOutcome, changed: readonly StoredDocument[]): boolean {
  if (departed || changed.length === 0 || changed.length > MOST_DOCUMENTS) return false
  return changed.every(({ conflicts }) => conflicts.length === 0)
}

type Readers = ReadonlyMap<Listener, readonly StoredDocument[] | null>

/** What each of those whom it may concern sees of it; looked at for no more of them than are shown something. */
function readersOf(
  { deviceId, at }: PushedBatch,
  changed: readonly StoredDocument[],
  listeners: Listeners,
  rightsAt: number,
): Readers {
  const concerned = listeners.concernedBy(changed.flatMap(({ scopes }) => scopes))
  const readers = new Map<Listener, readonly StoredDocument[] | null>()
  for (const listener of concerned) {
    const { subject } = listener
    const holds =
      listener.rightsAt === rightsAt && listener.expiresAt > at && concerned.size <= MOST_READERS * 4
    const sees = (document: StoredDocument) => permissionOn({ subject, at }, document) !== null
    if (!holds) readers.set(listener, null)
    else if (listener.deviceId === deviceId) readers.set(listener, [])
    else readers.set(listener, changed.filter(sees))
  }
  return readers
}

type AuditEntry = Extract<StagedWrite, { type: 'audit' }>

/** One for each device and collection, however many streams the device has open. */
function auditEntries({ at }: PushedBatch, shown: Readers): readonly AuditEntry[] {
  const entries = new Map<string, AuditEntry>()
  for (const [{ userId, deviceId }, documents] of shown) {
    for (const [collection, rows] of Map.groupBy(documents ?? [], (document) => document.collection)) {
      const ids = rows.map(({ id }) => id)
      const entry = { type: 'audit', at, actor: userId, deviceId, action: 'pull', collection, ids } as const
      entries.set(`${deviceId}/${collection}`, entry)
    }
  }
  return [...entries.values()]
}

type Page = Extract<StreamEvent, { type: 'page' }>

/** After the commit: the pages of one listener who was looked at, one for each collection that moved and that they may read at all. */
export function pagesFor(
  { batch, changed, rightsAt, shown }: Showing,
  written: readonly Written[],
  listener: Listener,
): readonly Page[] {
  const documents = shown.has(listener) ? shown.get(listener) : []
  const known = new Set(changed.map(keyOf))
  if (listener.rightsAt !== rightsAt || !Array.isArray(documents)) return []
  // What a rule changed beside the pushed documents is not looked at here.
  if (!written.every((one) => known.has(keyOf(one)))) return []
  const viewer = { subject: listener.subject, at: batch.at, incarnation: batch.incarnation }
  const numbers = new Map(written.map((one) => [keyOf(one), one.seq]))
  return [...Map.groupBy(written, (one) => one.collection)]
    .filter(([collection]) => listener.collections.includes(collection))
    .map(([collection, rows]) => {
      const seqs = rows.map(({ seq }) => seq)
      const views = documents
        .filter((document) => document.collection === collection)
        .flatMap((document) => viewOf(viewer, { ...document, seq: numbers.get(keyOf(document)) ?? 0 }) ?? [])
      return {
        type: 'page' as const,
        epoch: listener.epoch,
        collection,
        after: Math.min(...seqs) - 1,
        seq: Math.max(...seqs),
        documents: views,
      }
    })
}

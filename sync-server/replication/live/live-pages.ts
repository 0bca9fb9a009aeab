import type { Id } from '#app/kernel/index.ts'
import type { StreamEvent } from '#app/protocol/index.ts'
import type { StagedWrite, StoredDocument, Written, WriteTransaction } from '../../store/contract.ts'
import type { Listener, Listeners } from './listeners.ts'
import type { BatchOutcome } from '../push/push-batch.ts'
import { latestByDocument } from '../../store/documents/by-document.ts'
import type { ByDocument } from '../../store/documents/by-document.ts'
import { permissionOn, viewOf } from '../view.ts'

// What a commit of small pushes leaves goes out with the stream itself, to those who stand right before it: they need not
// ask. Whom it is shown to is decided within the transaction, by rights that hold in it, and stands in the audit with the
// same commit: nothing leaves that is not on record. Everybody else hears that something moved, and pulls.

/** More documents, or what more listeners see, is only told of: a writer does not wait for its readers. */
const MOST_DOCUMENTS = 16
const MOST_READERS = 64

/** What was pushed in one transaction. */
export type PushedTogether = {
  readonly at: string
  readonly incarnation: string
  readonly outcomes: readonly BatchOutcome[]
}

/** Who is shown what, once it is committed. */
export type Showing = {
  readonly pushed: PushedTogether
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
  pushed: PushedTogether,
  listeners: Listeners,
): Promise<Showing> {
  const { arrivals } = listeners
  const changed = listeners.size === 0 ? [] : changedBy(pushed)
  const nobody: Showing = { pushed, changed, arrivals, rightsAt: null, shown: new Map() }
  if (!isSimple(pushed, changed)) return nobody
  const rightsAt = await tx.accessNumber()
  const readers = readersOf(pushed, changed, listeners, rightsAt)
  const shown = readers.size > MOST_READERS ? new Map([...readers.keys()].map((one) => [one, null])) : readers
  for (const entry of auditEntries(pushed, shown)) tx.stage(entry)
  return { pushed, changed, arrivals, rightsAt, shown }
}

/** Each document once, though several may have pushed it. */
function changedBy({ outcomes }: PushedTogether): readonly StoredDocument[] {
  const changed = outcomes.flatMap(({ left }) => left.filter(({ seq }) => seq === 0))
  return latestByDocument(changed).values()
}

/** Departures are tombstones for some, and a ledger has the store's order: who is concerned pulls. */
function isSimple({ outcomes }: PushedTogether, changed: readonly StoredDocument[]): boolean {
  if (outcomes.some(({ departed }) => departed)) return false
  if (changed.length === 0 || changed.length > MOST_DOCUMENTS) return false
  return changed.every(({ conflicts }) => conflicts.length === 0)
}

type Readers = ReadonlyMap<Listener, readonly StoredDocument[] | null>

/** What each of those whom it may concern sees of it; looked at for no more of them than are shown something. */
function readersOf(
  { at, outcomes }: PushedTogether,
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
    const own = ownOf(listener.deviceId, outcomes)
    const sees = (document: StoredDocument) =>
      !own.has(document) && permissionOn({ subject, at }, document) !== null
    readers.set(listener, holds ? changed.filter(sees) : null)
  }
  return readers
}

/** What the answers to a device bring it already. */
function ownOf(deviceId: Id, outcomes: readonly BatchOutcome[]): ByDocument<StoredDocument> {
  const own = outcomes.filter((outcome) => outcome.deviceId === deviceId)
  return latestByDocument(own.flatMap(({ left }) => left))
}

type AuditEntry = Extract<StagedWrite, { type: 'audit' }>

/** One for each device and collection, however many streams the device has open. */
function auditEntries({ at }: PushedTogether, shown: Readers): readonly AuditEntry[] {
  const entries = new Map<string, AuditEntry>()
  for (const [{ userId: actor, deviceId, address }, documents] of shown) {
    for (const [collection, rows] of Map.groupBy(documents ?? [], (document) => document.collection)) {
      const ids = rows.map(({ id }) => id)
      const by = { at, actor, deviceId, address }
      entries.set(`${deviceId}/${collection}`, { type: 'audit', ...by, action: 'pull', collection, ids })
    }
  }
  return [...entries.values()]
}

type Page = Extract<StreamEvent, { type: 'page' }>

/** After the commit: the pages of one listener who was looked at, one for each collection that moved and that they may read at all. */
export function pagesFor(
  { pushed, changed, rightsAt, shown }: Showing,
  written: readonly Written[],
  listener: Listener,
): readonly Page[] {
  const documents = shown.has(listener) ? shown.get(listener) : []
  const known = latestByDocument(changed)
  if (listener.rightsAt !== rightsAt || !Array.isArray(documents)) return []
  // What a rule changed beside the pushed documents is not looked at here.
  if (!written.every((one) => known.has(one))) return []
  const viewer = { subject: listener.subject, at: pushed.at, incarnation: pushed.incarnation }
  const numbers = latestByDocument(written)
  return [...Map.groupBy(written, (one) => one.collection)]
    .filter(([collection]) => listener.collections.includes(collection))
    .map(([collection, rows]) => {
      const seqs = rows.map(({ seq }) => seq)
      const views = documents
        .filter((document) => document.collection === collection)
        .flatMap((document) => viewOf(viewer, { ...document, seq: numbers.get(document)?.seq ?? 0 }) ?? [])
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

import type { Clock } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import type { ReadBatch, ReadEntry, ReadsAnswer, ReadsRequest } from '#app/protocol/index.ts'
import { emergencyIdOf } from '#app/protocol/index.ts'
import { isModuleName, modules } from '#app/modules/index.ts'
import type { SignedIn } from '../access/sessions/sessions.ts'
import type { NewAuditEntry, ReadHead, Store, WriteTransaction } from '../store/contract.ts'
import { headAfter, judgeBatch, noReads } from './judge-reads.ts'
import type { Verdict } from './judge-reads.ts'

type Parts = {
  readonly store: Store
  readonly clock: Clock
  /** Told of what is taken in, in the same commit: batches that were taken before are not among them. */
  readonly onTaken: (
    tx: WriteTransaction,
    who: SignedIn,
    batches: readonly ReadBatch[],
    at: string,
  ) => Promise<void>
}

/**
 * Takes a device's chain of reads into the server's own, and countersigns it by naming where that ends now. The device
 * keeps that end and brings it along next time: each holds the other to what it said.
 */
export async function receiveReads(parts: Parts, who: SignedIn, request: ReadsRequest): Promise<ReadsAnswer> {
  const { store, clock } = parts
  const at = instant(clock)
  const taken = await takeIn(parts, who, request.batches, at)
  const known = request.known === null ? null : await hashAt(store, request.known.seq)
  if (request.known !== null && known !== request.known.hash) {
    const facts = { seq: request.known.seq, found: known === null ? 'nothing' : 'another' }
    await store.audit.append({ ...actorOf(who, at), action: 'audit-compared', outcome: 'differs', facts })
  }
  const { seq, hash } = await store.audit.head()
  return { at, taken, head: { seq, hash }, known, termKey: await store.audit.termKey() }
}

/** In one commit: what was read, what is wrong with it, and how far the device has come. Answers the last number. */
async function takeIn(
  { store, onTaken }: Parts,
  who: SignedIn,
  batches: readonly ReadBatch[],
  at: string,
): Promise<number> {
  const { result } = await store.transaction(async (tx) => {
    const before = (await tx.access.readHead(who.deviceId)) ?? noReads(who.deviceId)
    let head: ReadHead = before
    const taken: ReadBatch[] = []
    for (const batch of batches) {
      const verdict = judgeBatch(head, batch, who.userId)
      if (verdict === 'repeated') continue
      for (const entry of entriesOf(who, batch, verdict, at)) tx.stage({ type: 'audit', ...entry })
      if (verdict !== 'follows') tx.stage({ type: 'audit', ...alarmOf(who, head, batch, verdict, at) })
      head = headAfter(head, batch)
      taken.push(batch)
    }
    await onTaken(tx, who, taken, at)
    if (head !== before) await tx.access.saveReadHead(head)
    return head.number
  })
  return result
}

async function hashAt(store: Store, seq: number): Promise<string | null> {
  if (seq === 0) return ''
  const [link] = await store.audit.links({ after: seq - 1, limit: 1 })
  return link?.seq === seq ? link.hash : null
}

function actorOf({ userId, deviceId, address }: SignedIn, at: string) {
  return { at, actor: userId, deviceId, address }
}

/** In the name of whose device it is, whoever the batch names. Each keeps the device's own time, what it knew of ours, and its place in the device's chain. */
function* entriesOf(who: SignedIn, batch: ReadBatch, verdict: Verdict, at: string): Generator<NewAuditEntry> {
  for (const { ids, opening, ...entry } of batch.entries) {
    yield {
      ...actorOf(who, at),
      action: entry.did,
      ...collectionOf(entry),
      ...(ids === undefined ? {} : { ids }),
      ...(opening === undefined ? {} : { purpose: opening.reason }),
      ...(verdict === 'follows' ? {} : { outcome: verdict }),
      facts: {
        told: entry.at,
        batch: batch.number,
        ...(batch.clock === null ? {} : { server: batch.clock.server, offset: batch.clock.offset }),
        ...(entry.module === undefined ? {} : { module: entry.module }),
        ...(entry.projection === undefined ? {} : { projection: entry.projection }),
        ...(entry.term === undefined ? {} : { term: entry.term }),
        ...(entry.strength === undefined ? {} : { strength: entry.strength }),
        ...(entry.emergency === undefined ? {} : { emergency: emergencyIdOf(who.deviceId, entry.emergency) }),
      },
    }
  }
}

function collectionOf({ module }: Pick<ReadEntry, 'module'>): Pick<NewAuditEntry, 'collection'> {
  return module !== undefined && isModuleName(module) ? { collection: modules[module].collection } : {}
}

/** Names what does not fit, and where. */
function alarmOf(
  who: SignedIn,
  head: ReadHead,
  batch: ReadBatch,
  verdict: Verdict,
  at: string,
): NewAuditEntry {
  const facts = { batch: batch.number, last: head.number }
  return { ...actorOf(who, at), action: 'reads-broken', outcome: verdict, facts }
}

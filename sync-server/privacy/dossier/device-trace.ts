import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { AuditEntry, AuditStore } from '../../store/contract.ts'

// What the audit says of one device: what went to it, what was opened on it, when it was unlocked and locked.

export type DeviceTrace = {
  /** Everything that was ever sent to it or came from it, by collection. */
  readonly held: ReadonlyMap<CollectionName, ReadonlySet<Id>>
  /** What somebody looked at on it. */
  readonly opened: ReadonlySet<Id>
  readonly lastSessionAt: string | null
  /** By the device's clock, as far as it told. */
  readonly lastUnlock: string | null
  readonly lastLock: string | null
  /** Its record of reads does not fit together. */
  readonly broken: boolean
}

const PAGE = 1000
const carrying: readonly string[] = ['pull', 'fetch', 'push']
const opening: readonly string[] = ['view', 'print', 'export', 'read-file']

export async function traceOf(audit: Pick<AuditStore, 'read'>, deviceId: Id): Promise<DeviceTrace> {
  const held = new Map<CollectionName, Set<Id>>()
  const opened = new Set<Id>()
  const last = { session: '', unlock: '', lock: '' }
  let broken = false
  for await (const entry of entriesOf(audit, deviceId)) {
    const { action, collection, ids = [], outcome } = entry
    if (carrying.includes(action) && collection !== undefined) addAll(held, collection, ids)
    if (opening.includes(action)) for (const id of ids) opened.add(id)
    if (action === 'session' && outcome === 'opened') last.session = later(last.session, entry.at)
    if (action === 'unlock' || action === 'lock') last[action] = later(last[action], toldAt(entry))
    broken ||= action === 'reads-broken'
  }
  return {
    held,
    opened,
    lastSessionAt: last.session || null,
    lastUnlock: last.unlock || null,
    lastLock: last.lock || null,
    broken,
  }
}

async function* entriesOf(audit: Pick<AuditStore, 'read'>, deviceId: Id): AsyncGenerator<AuditEntry> {
  let before: number | undefined
  for (;;) {
    const page = await audit.read({ before, limit: PAGE })
    for (const entry of page) {
      before = entry.seq
      if (entry.deviceId === deviceId) yield entry
    }
    if (page.length < PAGE) return
  }
}

function addAll(held: Map<CollectionName, Set<Id>>, collection: CollectionName, ids: readonly Id[]): void {
  const known = held.get(collection) ?? new Set()
  held.set(collection, known)
  for (const id of ids) known.add(id)
}

function toldAt({ at, facts }: AuditEntry): string {
  return typeof facts?.['told'] === 'string' ? facts['told'] : at
}

function later(one: string, other: string): string {
  return one > other ? one : other
}

import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { AuditEntry, AuditStore } from '../../store/contract.ts'

// What the audit says of one device: what went to it, what was opened on it, when it was unlocked and locked.

export type DeviceTrace = {
  /** Everything that was ever sent to it or came from it, by collection. */
  readonly held: ReadonlyMap<CollectionName, ReadonlySet<Id>>
  /** What somebody looked at on it. */
  readonly opened: ReadonlySet<Id>
  readonly lastSessionAt: string | null
  /**
   * What may lie in its emergency set: of what was sent to it, all that the device has not said to be replaced or gone
   * since. When such a set was opened last, by its clock.
   */
  readonly emergency: {
    readonly held: ReadonlyMap<CollectionName, ReadonlySet<Id>>
    readonly openedAt: string | null
  }
  /** Of the passphrase that was set last, as the device measured it; null: it told of none. */
  readonly passphrase: { readonly strength: string; readonly at: string } | null
  /** By the device's clock, as far as it told. */
  readonly lastUnlock: string | null
  readonly lastLock: string | null
  /** When it stayed shut last, to somebody who had the passphrase, since its lease was over. */
  readonly lastRefused: string | null
  readonly clockSetBack: boolean
  /** Its record of reads does not fit together. */
  readonly broken: boolean
}

const PAGE = 1000
const carrying: readonly string[] = ['pull', 'fetch', 'push']
const opening: readonly string[] = ['view', 'print', 'export', 'read-file', 'emergency-view']

export async function traceOf(audit: Pick<AuditStore, 'read'>, deviceId: Id): Promise<DeviceTrace> {
  const held = new Map<CollectionName, Set<Id>>()
  const opened = new Set<Id>()
  const last = { session: '', unlock: '', lock: '', emergency: '', 'unlock-refused': '' }
  const sets = new EmergencySets()
  let [broken, clockSetBack] = [false, false]
  let passphrase: DeviceTrace['passphrase'] = null
  for await (const entry of entriesOf(audit, deviceId)) {
    const { action, collection, ids = [], outcome } = entry
    if (carrying.includes(action) && collection !== undefined) addAll(held, collection, ids)
    if (action === 'emergency-set') sets.add(entry)
    if (action === 'break-glass' && entry.facts?.['told'] !== undefined)
      last.emergency = later(last.emergency, toldAt(entry))
    if (opening.includes(action)) for (const id of ids) opened.add(id)
    if (action === 'session' && outcome === 'opened') last.session = later(last.session, entry.at)
    if (action === 'passphrase' && toldAt(entry) > (passphrase?.at ?? ''))
      passphrase = { strength: String(entry.facts?.['strength']), at: toldAt(entry) }
    if (action === 'unlock' || action === 'lock' || action === 'unlock-refused')
      last[action] = later(last[action], toldAt(entry))
    broken ||= action === 'reads-broken'
    clockSetBack ||= action === 'clock-set-back'
  }
  return {
    held,
    opened,
    emergency: { held: sets.held, openedAt: last.emergency || null },
    lastSessionAt: last.session || null,
    passphrase,
    lastUnlock: last.unlock || null,
    lastLock: last.lock || null,
    lastRefused: last['unlock-refused'] || null,
    clockSetBack,
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

/** Reads what is told of them backwards, the latest first. */
class EmergencySets {
  readonly held = new Map<CollectionName, Set<Id>>()
  /** The set that the device had at its last word of it; empty: none. What was sent before, and is another, is not there. */
  #confirmed: string | null = null

  add({ outcome, collection, ids = [], facts }: AuditEntry): void {
    const set = String(facts?.['set'] ?? '')
    if (outcome !== 'delivered') this.#confirmed ??= outcome === 'held' ? set : ''
    else if (collection !== undefined && (this.#confirmed === null || this.#confirmed === set))
      addAll(this.held, collection, ids)
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

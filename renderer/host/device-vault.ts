import { Dexie } from 'dexie'
import type { Table } from 'dexie'
import type { Id } from '#app/kernel/index.ts'
import type { WrappedDeviceKey } from './device-key.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** What the browser keeps for one replica. Raw bytes only: Chromium writes a stored `CryptoKey` to disk in the clear. */
type Entry = {
  readonly replicaId: Id
  /** Binds the passphrase to this browser profile. Whoever reads the profile reads it: the host's label says so. */
  readonly deviceSecret: Bytes
  /** Wrapped under a key that only the unlocked replica has. */
  readonly deviceKey?: WrappedDeviceKey
}

export type DeviceVault = {
  /** Made at the first call for a replica. */
  deviceSecret(replicaId: Id): Promise<Bytes>
  /** Whether there is a secret of this replica; makes none. */
  knows(replicaId: Id): Promise<boolean>
  deviceKey(replicaId: Id): Promise<WrappedDeviceKey | null>
  /** Keeps the key if there is none yet; answers the one that is kept. */
  keepDeviceKey(replicaId: Id, key: WrappedDeviceKey): Promise<WrappedDeviceKey>
  forget(replicaId: Id): Promise<void>
}

/** A database of its own, apart from the pages that its secrets help to open. Node has none: it hands in another. */
export function openDeviceVault(factory?: {
  readonly indexedDB: IDBFactory
  readonly IDBKeyRange: typeof IDBKeyRange
}): DeviceVault {
  const database = new Dexie('rounds-host', { chromeTransactionDurability: 'strict', ...factory })
  database.version(1).stores({ devices: 'replicaId' })
  const devices: Table<Entry, Id> = database.table('devices')

  /** Reads and writes in one transaction: two calls at once must not make two secrets. */
  function change(replicaId: Id, next: (entry: Entry) => Entry): Promise<Entry> {
    return database.transaction('rw', devices, async () => {
      const entry = (await devices.get(replicaId)) ?? newEntry(replicaId)
      const changed = next(entry)
      await devices.put(changed)
      return changed
    })
  }

  return {
    deviceSecret: async (replicaId) =>
      ((await devices.get(replicaId)) ?? (await change(replicaId, (entry) => entry))).deviceSecret,
    knows: async (replicaId) => (await devices.get(replicaId)) !== undefined,
    deviceKey: async (replicaId) => (await devices.get(replicaId))?.deviceKey ?? null,
    async keepDeviceKey(replicaId, key) {
      const kept = await change(replicaId, (entry) => ({ ...entry, deviceKey: entry.deviceKey ?? key }))
      return kept.deviceKey ?? key
    },
    forget: (replicaId) => devices.delete(replicaId),
  }
}

function newEntry(replicaId: Id): Entry {
  return { replicaId, deviceSecret: crypto.getRandomValues(new Uint8Array(32)) }
}

import type { HostBridge } from '#app/host/index.ts'
import type { OpenProgress } from './contract.ts'
import type { Environment } from './environment.ts'
import type { KeyRing, KeyRunner } from './keys/index.ts'
import type { StorageMigrations } from './storage/index.ts'
import { openReplicaRegistry } from './storage/index.ts'
import type { IndexedDbFactory, ReplicaRegistry } from './storage/index.ts'

// What every way in goes through: the machine, its registry of replicas, and what tests put in their place.

export type GateOptions = {
  readonly host: HostBridge
  /** Called with the open keys of a replica: the browser host keeps its device key under one of them. */
  readonly onKeys?: (ring: KeyRing) => Promise<void>
  readonly environment?: Environment
  readonly runner?: KeyRunner
  /** Those of this version of Rounds, but where a test brings versions that are still to come. */
  readonly migrations?: StorageMigrations
  /** Node has neither. */
  readonly indexedDb?: IndexedDbFactory
  readonly locks?: LockManager
  /** An order of the server was carried out: what the page still holds in memory must go, too. */
  readonly onWiped?: () => void
}

/** With what stands in where nothing was given. */
export type Circumstances = GateOptions & { readonly environment: Environment; readonly runner: KeyRunner }

export type OnProgress = (progress: OpenProgress) => void

export async function withRegistry<Result>(
  { indexedDb }: Pick<GateOptions, 'indexedDb'>,
  task: (registry: ReplicaRegistry) => Promise<Result>,
): Promise<Result> {
  const registry = openReplicaRegistry(indexedDb)
  try {
    return await task(registry)
  } finally {
    registry.close()
  }
}

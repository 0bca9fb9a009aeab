import { filter, map, distinctUntilChanged } from 'rxjs'
import type { SyncStatus } from '../contract.ts'
import type { Replication } from '../replication/replication.ts'
import type { SyncMonitor } from '../replication/sync-monitor.ts'
import type { EncryptedStorage } from '../storage/index.ts'
import { OpenFiles } from './replica-files.ts'
import type { FilesParts } from './replica-files.ts'
import { Shelf } from './shelf.ts'

type Parts = Pick<FilesParts, 'book' | 'database' | 'environment' | 'session'> & {
  readonly storage: EncryptedStorage
  /** Pieces that are no file's. */
  readonly isOthers: (file: number) => boolean
  readonly replication: Pick<Replication, 'online'>
  readonly monitor: Pick<SyncMonitor, 'status' | 'status$' | 'filesWait'>
}

/** The files of a replica that is being opened. Every new connection wakes them; what waits, the status tells. */
export function openFiles({ storage, replication, monitor, isOthers, ...parts }: Parts): OpenFiles {
  const { book, environment } = parts
  const { clock } = environment
  const shelf = new Shelf({ book, pieces: storage.pieces, clock, isOthers })
  const isOnline = (): boolean => isConnected(monitor.status())
  const files = new OpenFiles({
    ...parts,
    shelf,
    storage,
    online: () => replication.online(),
    isOnline,
    room,
  })
  files.waiting$.subscribe((waiting) => monitor.filesWait(waiting))
  monitor.status$
    .pipe(
      map(isConnected),
      distinctUntilChanged(),
      filter((connected) => connected),
    )
    .subscribe(() => files.wake())
  return files
}

function isConnected({ phase }: SyncStatus): boolean {
  return phase === 'syncing' || phase === 'done'
}

/** What the browser says of this origin's room. Node has no such thing. */
async function room(): Promise<{ quota: number; usage: number } | null> {
  const { quota, usage } = (await globalThis.navigator?.storage?.estimate?.()) ?? {}
  return quota === undefined || usage === undefined ? null : { quota, usage }
}

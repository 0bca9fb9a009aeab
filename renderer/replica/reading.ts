import { from, map, merge, shareReplay, takeUntil } from 'rxjs'
import type { Observable } from 'rxjs'
import type { CollectionName } from '#app/kernel/index.ts'
import type { Loading, OpenProgress } from './contract.ts'
import type { ReplicaDatabase } from './database/database.ts'
import type { Table } from './database/table.ts'
import type { SearchIndex } from './search/search-index.ts'
import type { EncryptedStorage } from './storage/index.ts'

// What lies on the disk is read while the replica is open already: the first screen first.

const ofFirstScreen: ReadonlySet<CollectionName> = new Set(['reference', 'patients', 'appointments'])

/** How much of the disk is read; null once all of it is. */
export function loadingOf(
  { reading$ }: EncryptedStorage,
  { ready }: ReplicaDatabase,
): Observable<Loading | null> {
  const share$ = reading$.pipe(map(({ read, total }) => ({ share: total === 0 ? 1 : read / total })))
  // What can't be read is told as a problem.
  const done$ = from(ready.catch(() => undefined)).pipe(map(() => null))
  return merge(share$.pipe(takeUntil(done$)), done$).pipe(shareReplay(1))
}

/** What the first screen shows is read before it is shown; the rest comes behind it. */
export async function firstScreen(
  storage: EncryptedStorage,
  database: ReplicaDatabase,
  onProgress: (progress: OpenProgress) => void,
): Promise<void> {
  const told = storage.reading$.subscribe(({ read, migrated, total }) => {
    onProgress({ step: migrated > 0 ? 'migrating' : 'reading', share: total === 0 ? 1 : read / total })
  })
  const first = database.names.filter((name) => ofFirstScreen.has(name))
  await Promise.all(first.map((name) => database.table(name).ready)).finally(() => told.unsubscribe())
}

/** A record can be found once its collection is read. */
export function followWhenRead(search: SearchIndex, name: CollectionName, table: Table): void {
  // Where it can't be read, the problem is told once for all.
  table.ready.then(() => search.follow(name, table)).catch(() => undefined)
}

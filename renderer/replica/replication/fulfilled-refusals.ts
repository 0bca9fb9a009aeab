import { Subscription } from 'rxjs'
import type { Id } from '#app/kernel/index.ts'
import { sameJson } from '#app/kernel/index.ts'
import { isModuleName, modules } from '#app/modules/index.ts'
import type { QuarantineEntry } from '../contract.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import { isPending } from '../database/stored-document.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import type { Quarantine } from './quarantine.ts'

type Following = {
  readonly database: Pick<ReplicaDatabase, 'names' | 'table' | 'ready'>
  readonly quarantine: Pick<Quarantine, 'entries' | 'discard'>
}

/**
 * Closes refused edits whose record says by now, at the server, all that they wanted. After a restore every device offers what
 * the backup has lost, and one whose user may not write it is refused; then somebody brings it who may, and nobody is left with
 * anything to correct. Returns what ends that.
 */
export function closeFulfilled({ database, quarantine }: Following): () => void {
  const following = new Subscription()
  for (const name of database.names)
    following.add(
      database.table(name).changes$.subscribe((changes) => {
        if (quarantine.entries().length === 0) return
        for (const { id, now } of changes) close(id, now)
      }),
    )
  // What came while nobody followed.
  void database.ready.then(() => {
    for (const { module, documentId } of quarantine.entries()) {
      const collection = isModuleName(module) ? modules[module].collection : undefined
      if (collection !== undefined && database.names.includes(collection))
        close(documentId, database.table(collection).get(documentId))
    }
  }, ignore)
  return () => following.unsubscribe()

  function close(id: Id, now: StoredDocument | undefined): void {
    if (now === undefined || isPending(now)) return
    for (const entry of quarantine.entries())
      // A disk that fails stops the replica; the next opening looks again.
      if (entry.documentId === id && isFulfilled(entry, now)) quarantine.discard(entry.id).catch(ignore)
  }
}

function isFulfilled({ changes }: QuarantineEntry, now: StoredDocument): boolean {
  return Object.entries(changes).every(([name, value]) => sameJson(now[name], value))
}

function ignore(): void {
  // Told where it happened.
}

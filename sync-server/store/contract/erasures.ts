import type { Id, CollectionName } from '#app/kernel/index.ts'
import type { NewAuditEntry } from './audit.ts'
import type { DocumentRef } from './documents.ts'

// What was taken away for good: its retention was over, or the law asks for it. The ids are remembered, so that no device,
// no feed and no backup brings it back. Of the audit nothing is ever taken.

export type Erasing = { readonly refs: readonly DocumentRef[]; readonly entry: NewAuditEntry }

export type ErasureStore = {
  /**
   * Takes documents away with all that was kept of them: revisions, ledger, pushed states, identifiers, links to files,
   * messages for others about them. Replicas hear of it as of a departure. In one commit with its audit entry; what is not
   * there is remembered all the same. Answers how many documents there were.
   */
  erase(erasing: Erasing): Promise<number>
}

/** Of these ids, those that were erased. */
export type ErasedReader = { erased(collection: CollectionName, ids: readonly Id[]): Promise<readonly Id[]> }

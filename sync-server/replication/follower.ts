import type { AnyModule } from '#app/kernel/index.ts'
import type { DocumentRef, StoredBody, WriteTransaction } from '../store/contract.ts'

/** A document that people wrote in a transaction: as it was before, null where they made it, and as it is now. */
export type Written = DocumentRef & { readonly before: StoredBody | null; readonly after: StoredBody }

/** Who is to hear of what people write, in the transaction that writes it: what follows from it is in the same commit. */
export type Follower = {
  /**
   * The system that decides a field and will be asked to take this value, by name: then the edit is a request. Null where
   * it holds as it is.
   */
  asks(module: AnyModule, current: StoredBody, field: string, value: unknown): string | null
  /** `cause` is the same when the same push comes again. */
  written(tx: WriteTransaction, written: readonly Written[], cause: string, at: string): Promise<void>
}

export const nobodyFollows: Follower = { asks: () => null, written: async () => {} }

import type { Durability } from '../page-store/page-store.ts'

/**
 * The contexts in which RxDB's replication writes what it pulled, was answered, or remembers of that (rxdb 17.6:
 * replication-protocol/{downstream,upstream,checkpoint}.ts). Their loss in a power cut costs a repeated pull or push,
 * which the server answers alike; and since commits are lost from the end only, never a checkpoint without its
 * documents.
 */
const REPLICATED = new Set([
  'replication-down-write-meta',
  'replication-up-write-meta',
  'replication-up-write-conflict',
  'replication-up-write-conflict-meta',
  'replication-set-checkpoint',
])
/** Followed by the hash of the replication's name. */
const PULLED = 'replication-downstream-'

/** What a person wrote must be on the disk before it is called saved; so must all that this list does not know. */
export function durabilityOf(context: string): Durability {
  return REPLICATED.has(context) || context.startsWith(PULLED) ? 'relaxed' : 'strict'
}

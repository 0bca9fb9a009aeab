import type { RxConflictHandler } from 'rxdb'
import { compareRevs, isPending } from '../database/stored-document.ts'
import type { ReplicatedDocument } from '../database/stored-document.ts'

// RxDB asks "are these two states equal?" in several places, and the meaning of the answer differs. The contexts, in
// rxdb/src/replication-protocol:
//
// - `downstream-check-if-equal-0` (last known server state, state here): "has this device something to send first?".
//   Only a pending edit is something to send. The two are read one after the other: otherwise an answer that lands in
//   between would make RxDB skip the next pulled state for good.
// - `downstream-check-if-equal-1` (state from the server, state here): "is there nothing to write?". True for a state
//   that is older than the one here, too: a late page never takes the place of a newer answer.
// - all others: equal means the same rev, the same edit, the same presence.

type Handler = RxConflictHandler<ReplicatedDocument>
type Side = Parameters<Handler['isEqual']>[0]

export const conflictHandler: Handler = {
  isEqual(a, b, context) {
    if (sameState(a, b)) return true
    if (context === 'downstream-check-if-equal-0') return !isPending(b)
    if (context === 'downstream-check-if-equal-1') return isStale(a, b)
    return false
  },
  /** The server has merged already: its state is the state. */
  resolve: (input) => Promise.resolve(input.realMasterState),
}

function sameState(a: Side, b: Side): boolean {
  return a.rev === b.rev && a.edit === b.edit && a._deleted === b._deleted
}

/**
 * A document that comes back to this device (a grant regained) carries the rev of its last change, which may lie before
 * the departure: a tombstone here never makes a state stale.
 */
function isStale(incoming: Side, held: Side): boolean {
  if (held._deleted) return false
  return compareRevs(incoming.rev, held.rev) < 0
}

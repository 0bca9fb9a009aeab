/**
 * How two edits of one field become one value. Order is the server's sequence, never a device's clock; what loses is
 * kept in the conflict ledger.
 *
 * - `last-writer`: the edit that reaches the server last wins
 * - `members`: an object; each member is decided on its own, last writer
 * - `set`: a list of plain values; additions and removals of both sides hold
 * - `list`: a list of objects told apart by the member `by`; items are matched, then decided member by member
 * - `append`: a list that only grows
 * - `counter`: a number; both differences are added
 * - `status`: a state of a graph; a step that the graph does not have from the current state loses
 * - `review`: never silently; the current value stays and the other waits in the ledger for a person
 */
export type MergeRule =
  | { readonly rule: 'last-writer' }
  | { readonly rule: 'members' }
  | { readonly rule: 'set' }
  | { readonly rule: 'list'; readonly by: string }
  | { readonly rule: 'append' }
  | { readonly rule: 'counter' }
  | { readonly rule: 'status'; readonly graph: Readonly<Record<string, readonly string[]>> }
  | { readonly rule: 'review' }

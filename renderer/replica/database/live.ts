import { asyncScheduler, defer, distinctUntilChanged, filter, map, merge, of, throttleTime } from 'rxjs'
import type { Observable } from 'rxjs'
import type { AnyDocument, AnyModule, Id } from '#app/kernel/index.ts'
import { viewOf } from './stored-document.ts'
import type { StoredDocument } from './stored-document.ts'
import type { Table, TableChange } from './table.ts'

// Live reading of one table. A view is made once for each state of a document, so that a screen sees by identity what
// has changed.

export type ListOf = {
  readonly where?: ((view: AnyDocument) => boolean) | undefined
  readonly sort?: ((a: AnyDocument, b: AnyDocument) => number) | undefined
  readonly limit?: number | undefined
}

/** One frame, in milliseconds: lists emit no faster. */
const FRAME = 16

const views = new WeakMap<StoredDocument, AnyDocument>()

export function viewOfModule(module: AnyModule, document: StoredDocument | undefined): AnyDocument | null {
  if (document === undefined || document.kind !== module.kind) return null
  const known = views.get(document) ?? viewOf(document)
  views.set(document, known)
  return known
}

export function watchDocument(table: Table, module: AnyModule, id: Id): Observable<AnyDocument | null> {
  const current = (): AnyDocument | null => viewOfModule(module, table.get(id))
  const changed = table.changes$.pipe(filter((changes) => changes.some((change) => change.id === id)))
  return defer(() => merge(of(current()), changed.pipe(map(current)))).pipe(distinctUntilChanged())
}

/**
 * A list without removed records. The condition is asked for a record when it changes; sorting starts from a list that is
 * nearly sorted. A change that does not touch the list does not make it emit.
 */
export function liveList(table: Table, module: AnyModule, list: ListOf): Observable<readonly AnyDocument[]> {
  return defer(() => {
    const rows = new Map<Id, AnyDocument>()
    for (const document of table.documents()) place(rows, module, list, document.id, document)
    const touched = table.changes$.pipe(
      filter((changes) => changes.map((change) => take(rows, module, list, change)).includes(true)),
    )
    return merge(of(null), touched).pipe(
      throttleTime(FRAME, asyncScheduler, { leading: true, trailing: true }),
      map(() => sorted(rows, list)),
    )
  })
}

function take(
  rows: Map<Id, AnyDocument>,
  module: AnyModule,
  list: ListOf,
  { id, now }: TableChange,
): boolean {
  return place(rows, module, list, id, now)
}

/** Whether the list is another now. */
function place(
  rows: Map<Id, AnyDocument>,
  module: AnyModule,
  { where }: ListOf,
  id: Id,
  document: StoredDocument | undefined,
): boolean {
  const view = viewOfModule(module, document)
  if (view === null || view.removedAt !== null || where?.(view) === false) return rows.delete(id)
  rows.set(id, view)
  return true
}

function sorted(rows: ReadonlyMap<Id, AnyDocument>, { sort, limit }: ListOf): readonly AnyDocument[] {
  const all = [...rows.values()]
  const ordered = sort === undefined ? all : all.toSorted(sort)
  return limit === undefined ? ordered : ordered.slice(0, limit)
}

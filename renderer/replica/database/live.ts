import { asyncScheduler, catchError, defer, distinctUntilChanged, EMPTY, filter, map, merge } from 'rxjs'
import { Observable, of, switchMap, tap, throttleTime } from 'rxjs'
import { asAppError } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, Id } from '#app/kernel/index.ts'
import type { IndexRange } from '../contract.ts'
import { slices } from './slices.ts'
import { viewOf } from './stored-document.ts'
import type { StoredDocument } from './stored-document.ts'
import type { Table } from './table.ts'

// Live reading of one table. A list over all records keeps the views it shows, so that a screen sees by identity what has
// changed; a list by an index reads them anew, and finds the same ones where they are still parsed.

export type ListOf = {
  readonly by?: ({ readonly index: string } & IndexRange) | undefined
  readonly where?: ((view: AnyDocument) => boolean) | undefined
  readonly sort?: ((a: AnyDocument, b: AnyDocument) => number) | undefined
  readonly limit?: number | undefined
}

type Rows = readonly AnyDocument[]

/** So many records are looked at before the clock is. */
const STEP = 64

/** One frame, in milliseconds: lists emit no faster. */
const FRAME = 16

export function viewOfModule(module: AnyModule, document: StoredDocument | undefined): AnyDocument | null {
  if (document === undefined || document.kind !== module.kind) return null
  // Few have something of the device's own: the others are the view themselves.
  return document.localEdit === undefined ? document : viewOf(document)
}

export function watchDocument(table: Table, module: AnyModule, id: Id): Observable<AnyDocument | null> {
  const current = (): AnyDocument | null => viewOfModule(module, table.get(id))
  const changed = table.changes$.pipe(filter((changes) => changes.some((change) => change.id === id)))
  const live = defer(() => merge(of(current()), changed.pipe(map(current))))
  return whenRead(table, live).pipe(distinctUntilChanged())
}

/** A list without removed records. A change that does not touch the list does not make it emit. */
export function liveList(table: Table, module: AnyModule, list: ListOf): Observable<Rows> {
  return whenRead(
    table,
    list.by === undefined ? filteredList(table, module, list) : indexedList(table, module, list, list.by),
  )
}

/** Nothing is shown of a table that is not whole yet, and nothing at all where the replica is locked before it is. */
function whenRead<Value>(table: Table, live: Observable<Value>): Observable<Value> {
  if (table.isReady) return live
  const ready = defer(() => table.ready).pipe(
    catchError((failure: unknown) => {
      if (asAppError(failure).code === 'replica.locked') return EMPTY
      throw failure
    }),
  )
  return ready.pipe(switchMap(() => live))
}

/** The condition is asked for a record when it changes; sorting starts from a list that is nearly sorted. */
function filteredList(table: Table, module: AnyModule, list: ListOf): Observable<Rows> {
  return defer(() => {
    const rows = new Map<Id, AnyDocument>()
    let isRead = false
    const read = inSlices(table.documents(module.kind), (document) => {
      place(rows, module, list, document.id, document)
    }).pipe(tap(() => (isRead = true)))
    const touched = table.changes$.pipe(
      filter((changes) => changes.map(({ id, now }) => place(rows, module, list, id, now)).includes(true)),
      filter(() => isRead),
    )
    return eachFrame(table, merge(read, touched), () => sorted([...rows.values()], list))
  })
}

/** Reads no more of the index than the list shows, anew after each change of a record of the module. */
function indexedList(
  table: Table,
  module: AnyModule,
  list: ListOf,
  { index, ...range }: { readonly index: string } & IndexRange,
): Observable<Rows> {
  const current = (): Rows => {
    const rows: AnyDocument[] = []
    for (const document of table.documentsBy(module, index, range)) {
      const view = viewOfModule(module, document)
      if (view === null || !isListed(view, list)) continue
      rows.push(view)
      if (list.sort === undefined && rows.length === list.limit) break
    }
    return sorted(rows, list)
  }
  const touched = table.changes$.pipe(
    filter((changes) => changes.some(({ now }) => now === undefined || now.kind === module.kind)),
  )
  return eachFrame(table, merge(of(null), touched), current).pipe(distinctUntilChanged(sameRows))
}

/** Emits once all were taken; gives way in between, and stops where nobody listens any more. */
function inSlices<Item>(items: Iterable<Item>, take: (item: Item) => void): Observable<null> {
  return new Observable((listener) => {
    const giveWay = slices()
    const takeAll = async (): Promise<void> => {
      let taken = 0
      for (const item of items) {
        if (listener.closed) return
        take(item)
        taken += 1
        if (taken % STEP === 0) await giveWay()
      }
      listener.next(null)
      listener.complete()
    }
    takeAll().catch((failure: unknown) => listener.error(failure))
  })
}

/** What is due when the replica is locked is not shown any more: there is nothing left to read it from. */
function eachFrame(table: Table, touched: Observable<unknown>, rows: () => Rows): Observable<Rows> {
  return touched.pipe(
    throttleTime(FRAME, asyncScheduler, { leading: true, trailing: true }),
    filter(() => table.isReady),
    map(rows),
  )
}

/** Whether the list is another now. */
function place(
  rows: Map<Id, AnyDocument>,
  module: AnyModule,
  list: ListOf,
  id: Id,
  document: StoredDocument | undefined,
): boolean {
  const view = viewOfModule(module, document)
  if (view === null || !isListed(view, list)) return rows.delete(id)
  rows.set(id, view)
  return true
}

function isListed(view: AnyDocument, { where }: ListOf): boolean {
  return view.removedAt === null && where?.(view) !== false
}

function sorted(rows: Rows, { sort, limit }: ListOf): Rows {
  const ordered = sort === undefined ? rows : rows.toSorted(sort)
  return limit === undefined || ordered.length <= limit ? ordered : ordered.slice(0, limit)
}

function sameRows(a: Rows, b: Rows): boolean {
  return a.length === b.length && a.every((view, at) => view === b[at])
}

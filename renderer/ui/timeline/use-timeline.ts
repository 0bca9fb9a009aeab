import { useMemo } from 'react'
import {
  asapScheduler,
  asyncScheduler,
  auditTime,
  combineLatest,
  map,
  of,
  startWith,
  subscribeOn,
} from 'rxjs'
import type { Observable } from 'rxjs'
import type { AnyDocument, Id, Stamp, TimelineEntry } from '#app/kernel/index.ts'
import { moduleNames } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { Replica } from '#renderer/replica/contract.ts'
import { useReplica } from '../data/replica-context.tsx'
import { anyModule, broadestPermission } from '../data/use-permission.ts'
import { useObservable } from '../data/use-observable.ts'
import { waysTo } from './ways-to.ts'

export type TimelineItem = TimelineEntry & {
  readonly module: ModuleName
  readonly id: Id
  readonly created: Stamp
  /** Typed here and not yet with the server. */
  readonly pending: boolean
}

/** The record that a timeline is about. */
export type TimelineOf = { readonly module: ModuleName; readonly id: Id }

export type Timeline = {
  /** The newest first. */
  readonly items: readonly TimelineItem[]
  /** False while some modules are still read. */
  readonly isWhole: boolean
}

/** After so many milliseconds a record's page is drawn. */
const DRAWN = 100

/** The most entries that one module puts on a timeline. */
const most = 200

/** Everything that is about a record, live; null before the first of it. */
export function useTimeline(of: TimelineOf): Timeline | null {
  const replica = useReplica()
  const { module, id } = of
  const observed = useObservable(useMemo(() => timelineOf(replica, { module, id }), [replica, module, id]))
  return observed.state === 'here' ? observed.value : null
}

function timelineOf(replica: Replica, about: TimelineOf): Observable<Timeline> {
  const readable = moduleNames.filter((name) => broadestPermission(replica.subject, name).visible)
  if (readable.length === 0) return of({ items: [], isWhole: true })
  const parts = readable.map((name) => partOf(replica, name, about).pipe(startWith(null)))
  return combineLatest(parts).pipe(
    // All that is here already comes at once; it is put in order once.
    auditTime(0, asapScheduler),
    map((found) => ({
      items: found.flatMap((items) => items ?? []).toSorted(newestFirst),
      isWhole: !found.includes(null),
    })),
  )
}

/** A record may be found by more than one of its links. */
function partOf(replica: Replica, name: ModuleName, about: TimelineOf): Observable<readonly TimelineItem[]> {
  const { timeline } = anyModule(name)
  const entryOf = (view: unknown) => timeline(view as AnyDocument)
  const where = (view: AnyDocument) =>
    view.id !== about.id && (entryOf(view)?.about.includes(about.id) ?? false)
  const lists = waysTo(name, about.module).map((index) =>
    index === null
      ? // What looks at a whole module waits until the page is drawn.
        replica.list({ module: name, where, limit: most }).pipe(subscribeOn(asyncScheduler, DRAWN))
      : replica.list({ module: name, where, limit: most, by: { index, equals: about.id } }),
  )
  if (lists.length === 0) return of([])
  return combineLatest(lists).pipe(
    map((found) =>
      [...new Map(found.flat().map((view) => [view.id, view])).values()].flatMap((view) => {
        const entry = entryOf(view)
        return entry === null
          ? []
          : [{ ...entry, module: name, id: view.id, created: view.created, pending: view.edit !== '' }]
      }),
    ),
  )
}

/** Dates of less than a day sort with the beginning of what they name. */
export function newestFirst(a: TimelineItem, b: TimelineItem): number {
  if (a.at === b.at) return a.id < b.id ? 1 : -1
  return a.at < b.at ? 1 : -1
}

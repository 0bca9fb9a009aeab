import { useMemo } from 'react'
import { combineLatest, map, of, startWith } from 'rxjs'
import type { Observable } from 'rxjs'
import type { AnyDocument, Id, Stamp, TimelineEntry } from '#app/kernel/index.ts'
import { moduleNames } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { Replica } from '#renderer/replica/contract.ts'
import { useReplica } from '../data/replica-context.tsx'
import { anyModule, broadestPermission } from '../data/use-permission.ts'
import { useObservable } from '../data/use-observable.ts'

export type TimelineItem = TimelineEntry & {
  readonly module: ModuleName
  readonly id: Id
  readonly created: Stamp
  /** Typed here and not yet with the server. */
  readonly pending: boolean
}

/** The most entries that one module puts on a timeline. */
const most = 200

/** Everything that is about a record, the newest first, live; null while it is being read. */
export function useTimeline(id: Id): readonly TimelineItem[] | null {
  const replica = useReplica()
  const observed = useObservable(useMemo(() => timelineOf(replica, id), [replica, id]))
  return observed.state === 'here' ? observed.value : null
}

function timelineOf(replica: Replica, id: Id): Observable<readonly TimelineItem[]> {
  const readable = moduleNames.filter((name) => broadestPermission(replica.subject, name).visible)
  if (readable.length === 0) return of([])
  const parts = readable.map((name) => partOf(replica, name, id).pipe(startWith([])))
  return combineLatest(parts).pipe(map((items) => items.flat().toSorted(newestFirst)))
}

function partOf(replica: Replica, name: ModuleName, id: Id): Observable<readonly TimelineItem[]> {
  const { timeline } = anyModule(name)
  const entryOf = (view: unknown) => timeline(view as AnyDocument)
  return replica
    .list({
      module: name,
      where: (view) => view.id !== id && (entryOf(view)?.about.includes(id) ?? false),
      limit: most,
    })
    .pipe(
      map((views) =>
        views.flatMap((view) => {
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

import { useMemo } from 'react'
import { combineLatest, map, ReplaySubject, share } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Id } from '#app/kernel/index.ts'
import type { ModuleName, ViewOfModule } from '#app/modules/index.ts'
import type { ListQuery, Replica } from '#renderer/replica/contract.ts'
import { useReplica } from './replica-context.tsx'
import { useObservable } from './use-observable.ts'
import type { Observed } from './use-observable.ts'

type Views<Name extends ModuleName> = readonly ViewOfModule<Name>[]

const wholeLists = new WeakMap<Replica, Map<ModuleName, Observable<readonly unknown[]>>>()

/** Everything of a module, live. One query, however many screens, pickers and titles look at it. */
export function wholeList<Name extends ModuleName>(replica: Replica, module: Name): Observable<Views<Name>> {
  const lists = wholeLists.get(replica) ?? new Map<ModuleName, Observable<readonly unknown[]>>()
  wholeLists.set(replica, lists)
  const known = lists.get(module)
  // The map's key names the module, so the value is of that module; the type system can't follow a map of unlike values.
  if (known !== undefined) return known as Observable<Views<Name>>
  const list = replica
    .list({ module })
    .pipe(share({ connector: () => new ReplaySubject<Views<Name>>(1), resetOnRefCountZero: true }))
  lists.set(module, list)
  return list
}

export function useWholeList<Name extends ModuleName>(module: Name): Observed<Views<Name>> {
  const replica = useReplica()
  return useObservable(useMemo(() => wholeList(replica, module), [replica, module]))
}

/** A bounded list, live. `query` must be made with `useMemo`. */
export function useList<Name extends ModuleName>(query: ListQuery<Name>): Observed<Views<Name>> {
  const replica = useReplica()
  return useObservable(useMemo(() => replica.list(query), [replica, query]))
}

type KeyedQuery<Name extends ModuleName> = Omit<ListQuery<Name>, 'by'> & {
  readonly index: NonNullable<ListQuery<Name>['by']>['index']
  readonly keys: readonly string[]
}

/** The same for several keys of one index: the open ones, by their statuses. */
export function useListOfKeys<Name extends ModuleName>(query: KeyedQuery<Name>): Observed<Views<Name>> {
  const replica = useReplica()
  return useObservable(useMemo(() => listOfKeys(replica, query), [replica, query]))
}

function listOfKeys<Name extends ModuleName>(
  replica: Replica,
  { index, keys, sort, limit, ...query }: KeyedQuery<Name>,
): Observable<Views<Name>> {
  const parts = keys.map((equals) => replica.list<Name>({ ...query, by: { index, equals } }))
  return combineLatest(parts).pipe(map((views) => views.flat().toSorted(sort).slice(0, limit)))
}

/** One record, live; the value is null while it is not on this device. */
export function useRecord<Name extends ModuleName>(
  module: Name,
  id: Id,
): Observed<ViewOfModule<Name> | null> {
  const replica = useReplica()
  return useObservable(useMemo(() => replica.watch(module, id), [replica, module, id]))
}

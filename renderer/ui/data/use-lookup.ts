import { useMemo } from 'react'
import { combineLatest, map, of, startWith } from 'rxjs'
import type { Observable } from 'rxjs'
import { modules } from '#app/modules/index.ts'
import type { ModuleName, ViewOfModule } from '#app/modules/index.ts'
import type { AnyDocument, AnyModule, Id } from '#app/kernel/index.ts'
import type { Replica } from '#renderer/replica/contract.ts'
import type { Lookup } from '../fields/field-view.ts'
import { useReplica } from './replica-context.tsx'
import { useObservable } from './use-observable.ts'
import { wholeList } from './use-records.ts'

type Titles = ReadonlyMap<Id, string>

const noTitles: Titles = new Map()
const known = new WeakMap<object, string>()

/** The line that names a record, made once for each state of it. */
export function titleOf(module: ModuleName, view: object): string {
  const found = known.get(view)
  if (found !== undefined) return found
  const definition: AnyModule = modules[module]
  const title = definition.title(view as AnyDocument)
  known.set(view, title)
  return title
}

/** Names of records of these modules, live. An id that is not on this device has an empty name. */
export function useLookup(names: readonly ModuleName[]): Lookup {
  const replica = useReplica()
  const key = [...new Set(names)].toSorted().join(' ')
  const observed = useObservable(useMemo(() => lookupOf(replica, modulesOf(key)), [replica, key]))
  return observed.state === 'here' ? observed.value : noLookup
}

const noLookup: Lookup = () => ''

function modulesOf(key: string): readonly ModuleName[] {
  return key.split(' ').filter((name) => name !== '') as ModuleName[]
}

function lookupOf(replica: Replica, names: readonly ModuleName[]): Observable<Lookup> {
  if (names.length === 0) return of(noLookup)
  const titles = names.map((name) => wholeList(replica, name).pipe(map(titlesIn(name)), startWith(noTitles)))
  return combineLatest(titles).pipe(
    map((all) => {
      const byModule = new Map(names.map((name, index) => [name, all[index] ?? noTitles]))
      return (module: ModuleName, id: Id) => byModule.get(module)?.get(id) ?? ''
    }),
  )
}

function titlesIn(name: ModuleName) {
  return (views: readonly { readonly id: Id }[]): Titles =>
    new Map(views.flatMap((view) => [[view.id, titleOf(name, view)] as const, ...partsOf(name, view)]))
}

/** Stages lie in their pipeline and are named by ids of their own. */
function partsOf(name: ModuleName, view: object): readonly (readonly [Id, string])[] {
  if (name !== 'pipelines') return []
  const { stages = [] } = view as ViewOfModule<'pipelines'>
  return stages.map((stage) => [stage.id, stage.name] as const)
}

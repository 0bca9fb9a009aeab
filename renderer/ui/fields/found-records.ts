import { useMemo } from 'react'
import { EMPTY } from 'rxjs'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { Replica } from '#renderer/replica/contract.ts'
import { useReplica } from '../data/replica-context.tsx'
import { glance, titleOf } from '../data/titles.ts'
import { useObservable } from '../data/use-observable.ts'
import { wholeList } from '../data/use-records.ts'
import type { Option } from './field-view.ts'

/** Keeps records that may be chosen: active colleagues, locations of type site. */
export type Admits = (view: { readonly [field: string]: unknown }) => boolean

const SHOWN = 30

/** The best hits for what is typed; while nothing is, the first by name. `chosen` is no question: it stands in the box. */
export function useFoundRecords(
  module: ModuleName,
  typed: string,
  chosen: string | null,
  admits?: Admits,
): readonly Option[] {
  const replica = useReplica()
  const isQuestion = typed.trim() !== '' && typed !== chosen
  const first = useObservable(useMemo(() => firstOf(replica, module), [replica, module]))
  const views = first.state === 'here' ? first.value : null
  return useMemo(() => {
    if (isQuestion) return foundBy(replica, module, typed, admits)
    return (views ?? [])
      .filter((view) => admits?.(view) !== false)
      .map((view) => ({ value: view.id, label: titleOf(module, view) }))
      .toSorted((a, b) => a.label.localeCompare(b.label))
      .slice(0, SHOWN)
  }, [isQuestion, replica, module, typed, admits, views])
}

/**
 * What is offered before anybody types: all of the few records of the house itself, the first by name where an index has
 * names, else none.
 */
function firstOf(replica: Replica, module: ModuleName) {
  if (modules[module].collection === 'reference') return wholeList(replica, module)
  const index = modules[module].indexes.find((name) => name === 'name')
  return index === undefined ? EMPTY : replica.list({ module, by: { index }, limit: SHOWN * 2 })
}

function foundBy(replica: Replica, module: ModuleName, typed: string, admits?: Admits): readonly Option[] {
  return replica
    .search(typed, { modules: [module], limit: SHOWN * 4 })
    .filter(({ id }) => {
      if (admits === undefined) return true
      const view = glance(replica.watch(module, id))
      return view !== undefined && view !== null && admits(view)
    })
    .map(({ id, title }) => ({ value: id, label: title }))
    .slice(0, SHOWN)
}

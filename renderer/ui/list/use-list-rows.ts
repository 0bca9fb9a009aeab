import { useEffect, useMemo, useState } from 'react'
import { EMPTY } from 'rxjs'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { ListQuery } from '#renderer/replica/contract.ts'
import { useReplica } from '../data/replica-context.tsx'
import { useObservable } from '../data/use-observable.ts'
import { wholeList } from '../data/use-records.ts'
import type { Presentation, RecordView } from '../record/presentation.ts'

export type ListPart = NonNullable<ListQuery<ModuleName>['by']>

/** More rows than a screen has lines. */
export const FIRST = 80

type ListRows = {
  /** All of them; null while they are read. */
  readonly rows: readonly RecordView[] | null
  /** The first ones in the usual order, where an index has it: shown while the others are read. */
  readonly first: readonly RecordView[] | null
}

/**
 * The records of a list, live: a part of the module by an index, or all of it. All of it is read after the screen has been
 * drawn with its first rows.
 */
export function useListRows(presentation: Presentation, part: ListPart | undefined): ListRows {
  const replica = useReplica()
  const { module } = presentation
  const isDrawn = useIsDrawn()
  const index = part === undefined ? indexOf(presentation) : null
  const first = useObservable(
    useMemo(
      () => (index === null ? EMPTY : replica.list({ module, by: { index }, limit: FIRST })),
      [replica, module, index],
    ),
  )
  const all = useObservable(
    useMemo(() => {
      if (part !== undefined) return replica.list({ module, by: part })
      return isDrawn ? wholeList(replica, module) : EMPTY
    }, [replica, module, part, isDrawn]),
  )
  return {
    rows: all.state === 'here' ? all.value : null,
    first: first.state === 'here' ? first.value : null,
  }
}

/** The index that has the list's usual order. */
function indexOf({ module, sort }: Presentation): (typeof modules)[ModuleName]['indexes'][number] | null {
  if (sort.descending === true) return null
  const field = sort.field === 'title' ? 'name' : sort.field
  return modules[module].indexes.find((index) => index === field) ?? null
}

/** True once the browser has drawn the screen. */
function useIsDrawn(): boolean {
  const [isDrawn, setDrawn] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => (timer = setTimeout(() => setDrawn(true), 0)))
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [])
  return isDrawn
}

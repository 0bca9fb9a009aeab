import { useEffect, useRef } from 'react'
import type { SortingState } from '@tanstack/react-table'
import { sameJson } from '#app/kernel/index.ts'
import { useSessionMemory } from '../data/use-session-state.ts'
import type { RecordView } from '../record/presentation.ts'
import type { ListFilter } from '../table/list-condition.ts'
import { FIRST } from './use-list-rows.ts'

type Asked = { readonly filter: ListFilter; readonly sorting: SortingState }
type Top = { readonly asked: Asked; readonly rows: readonly RecordView[] }

/**
 * The rows that stood on top when the same was asked last: who comes back from a record to its list sees it at once, while
 * all of it is read again. A few are kept; the whole list is let go with its screen.
 */
export function useTopRows(
  name: string,
  { filter, sorting }: Asked,
  ordered: readonly RecordView[] | null,
): readonly RecordView[] | null {
  const memory = useSessionMemory<Top>(`${name}.top`)
  const kept = useRef<readonly RecordView[] | null>(null)
  useEffect(() => {
    // While another question is worked on, the rows are still those of the last one.
    if (ordered === null || ordered === kept.current) return
    kept.current = ordered
    memory.keep({ asked: { filter, sorting }, rows: ordered.slice(0, FIRST) })
  }, [memory, filter, sorting, ordered])
  const top = memory.recall()
  return top !== null && sameJson(top.asked, { filter, sorting }) ? top.rows : null
}

import { useEffect, useRef, useState } from 'react'
import { orderedRows } from '../table/ordered-rows.ts'
import type { RowOrder } from '../table/ordered-rows.ts'

type Work<Row> = { readonly rows: readonly Row[]; readonly order: RowOrder<Row> }

/**
 * The rows that pass, in order; null until they are worked out. What is shown stays until the next answer is here. Another order
 * calls the work off; rows that change meanwhile wait for its end, so that an answer comes however fast they change.
 */
export function useOrderedRows<Row>(
  rows: readonly Row[] | null,
  order: RowOrder<Row>,
): readonly Row[] | null {
  const [shown, setShown] = useState<readonly Row[] | null>(null)
  const latest = useRef<Work<Row> | null>(null)
  const running = useRef<Work<Row> | null>(null)
  useEffect(() => {
    latest.current = rows === null ? null : { rows, order }
    if (rows === null) setShown(null)
    if (running.current?.order !== order) void run()

    async function run(): Promise<void> {
      for (let work = latest.current; work !== null; work = next(work)) {
        running.current = work
        const { order: wanted } = work
        const found = await orderedRows(work.rows, wanted, () => latest.current?.order === wanted)
        if (running.current !== work) return
        if (found !== undefined) setShown(found)
      }
      running.current = null
    }

    function next(done: Work<Row>): Work<Row> | null {
      return latest.current === done ? null : latest.current
    }
  }, [rows, order])
  useEffect(() => () => void (latest.current = null), [])
  return rows === null ? null : shown
}

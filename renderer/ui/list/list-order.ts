import type { SortingState } from '@tanstack/react-table'
import { sortable } from '../table/compare-cells.ts'
import type { CellOrder } from '../table/compare-cells.ts'
import type { RowOrder } from '../table/ordered-rows.ts'
import type { TableColumn } from '../table/table-column.ts'

/** The order by the column that is chosen; what a row is sorted by is worked out once for each state of it. */
export function listOrder<Row extends object>(
  columns: readonly TableColumn<Row>[],
  [sorting]: SortingState,
  passes: (row: Row) => boolean,
): RowOrder<Row> {
  const column = columns.find(({ id }) => id === sorting?.id) ?? columns[0]
  return { passes, descending: sorting?.desc === true, keyOf: (row) => column && keyIn(column, row) }
}

const keys = new WeakMap<object, WeakMap<object, CellOrder>>()

function keyIn<Row extends object>(column: TableColumn<Row>, row: Row): CellOrder {
  const known = keys.get(column) ?? new WeakMap<object, CellOrder>()
  keys.set(column, known)
  if (known.has(row)) return known.get(row)
  const key = sortable(column.order(row))
  known.set(row, key)
  return key
}

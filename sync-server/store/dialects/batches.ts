import type { RowInsert, Statement } from './dialect.ts'

/** Parameters of one statement: SQLite takes 32,766, PostgreSQL 65,535. */
const PARAMETERS = 9_000

/**
 * Rows to insert by one statement: how it is run, row by row or many at a time, is the dialect's. `name` stands for the
 * statement and the columns, so that it is built once. All rows have their columns in one order.
 */
export function insertAll<Row extends object>(
  name: string,
  rows: readonly Row[],
  statement: (rows: readonly Row[]) => Statement,
): RowInsert[] {
  const [first] = rows
  if (first === undefined) return []
  return [
    {
      name,
      row: () => statement([first]),
      values: rows.map(Object.values),
    },
  ]
}

export function isRowInsert(statement: Statement | RowInsert): statement is RowInsert {
  return 'row' in statement
}

/** Splits rows of so many columns into statements of a bearable size; none for no rows. */
export function inRows<Row>(rows: readonly Row[], columns: number): Row[][] {
  const size = Math.floor(PARAMETERS / columns)
  const batches: Row[][] = []
  for (let start = 0; start < rows.length; start += size) batches.push(rows.slice(start, start + size))
  return batches
}

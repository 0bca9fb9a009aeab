/** Parameters of one statement: SQLite takes 32,766, PostgreSQL 65,535 in all that share a round trip. */
const PARAMETERS = 9_000

/** Splits rows of so many columns into statements of a bearable size; none for no rows. */
export function inRows<Row>(rows: readonly Row[], columns: number): Row[][] {
  const size = Math.floor(PARAMETERS / columns)
  const batches: Row[][] = []
  for (let start = 0; start < rows.length; start += size) batches.push(rows.slice(start, start + size))
  return batches
}

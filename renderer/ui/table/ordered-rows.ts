import { slices } from '#renderer/replica/database/slices.ts'
import { compareCells } from './compare-cells.ts'
import type { CellOrder } from './compare-cells.ts'

/** What a list shows, and in which order. */
export type RowOrder<Row> = {
  passes(row: Row): boolean
  /** What a row is sorted by; undefined where nothing is known: it goes last, in both directions. */
  keyOf(row: Row): CellOrder
  readonly descending: boolean
}

type Keyed<Row> = { readonly row: Row; readonly key: CellOrder }

/** How many rows are worked on between two looks at the clock. */
const STEP = 64

/**
 * The rows that pass, in order; rows with the same key stay as they were. Works in slices, so that a person can type
 * meanwhile; undefined as soon as nobody wants it any more.
 */
export async function orderedRows<Row>(
  rows: readonly Row[],
  order: RowOrder<Row>,
  isWanted: () => boolean,
): Promise<readonly Row[] | undefined> {
  const giveWay = slices()
  const pause = async () => {
    await giveWay()
    return isWanted()
  }
  const direction = order.descending ? -1 : 1
  const compare = (a: Keyed<Row>, b: Keyed<Row>) => inOrder(a.key, b.key, direction)
  let runs: Keyed<Row>[][] = []
  for (let at = 0; at < rows.length; at += STEP) {
    const passing = rows.slice(at, at + STEP).filter((row) => order.passes(row))
    runs.push(passing.map((row) => ({ row, key: order.keyOf(row) })).toSorted(compare))
    if (!(await pause())) return undefined
  }
  while (runs.length > 1) {
    const merged: Keyed<Row>[][] = []
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(mergedRuns(runs[at] ?? [], runs[at + 1] ?? [], compare))
      if (!(await pause())) return undefined
    }
    runs = merged
  }
  return (runs[0] ?? []).map(({ row }) => row)
}

function mergedRuns<Value>(
  left: readonly Value[],
  right: readonly Value[],
  compare: (a: Value, b: Value) => number,
): Value[] {
  const merged: Value[] = []
  let next = 0
  for (const value of left) {
    for (let other = right[next]; other !== undefined && compare(value, other) > 0; other = right[next]) {
      merged.push(other)
      next += 1
    }
    merged.push(value)
  }
  return merged.concat(right.slice(next))
}

function inOrder(a: CellOrder, b: CellOrder, direction: number): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
  return compareCells(a, b) * direction
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

export type CellOrder = string | number | undefined

/** Numbers by size, texts as people sort them. What is not known goes last; the table sees to that in both directions. */
export function compareCells(a: CellOrder, b: CellOrder): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a ?? ''), String(b ?? ''))
}

/** The value a cell is sorted by; undefined where nothing is known, so that it goes last. */
export function sortable(value: string | number | null | undefined): CellOrder {
  return value === null || value === '' ? undefined : value
}

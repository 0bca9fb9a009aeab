/** The card an arrow leads to: above or below, or at the same height of the next column that has any. */
export function neighbour(columns: readonly (readonly string[])[], id: string, key: string): string | null {
  const at = columns.findIndex((column) => column.includes(id))
  const column = columns[at]
  if (column === undefined) return null
  const row = column.indexOf(id)
  switch (key) {
    case 'ArrowDown':
      return column[row + 1] ?? null
    case 'ArrowUp':
      return column[row - 1] ?? null
    case 'ArrowRight':
      return beside(columns.slice(at + 1), row)
    case 'ArrowLeft':
      return beside(columns.slice(0, at).toReversed(), row)
    default:
      return null
  }
}

function beside(columns: readonly (readonly string[])[], row: number): string | null {
  const column = columns.find(({ length }) => length > 0)
  return column?.[Math.min(row, column.length - 1)] ?? null
}

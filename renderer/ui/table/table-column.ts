import type { ReactNode } from 'react'

/** One column of a list. */
export type TableColumn<Row> = {
  readonly id: string
  readonly header: string
  /** A CSS grid track: `minmax(160px, 2fr)`. */
  readonly track: string
  readonly align?: 'start' | 'end'
  /** Not shown until a person asks for it. */
  readonly optional?: boolean
  text(row: Row): string
  order(row: Row): string | number | null
  /** Where a cell is more than its text. */
  cell?(row: Row): ReactNode
}

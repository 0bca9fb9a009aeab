import type { ReactTable } from '@tanstack/react-table'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import type { Features } from './table-features.ts'
import classes from './data-table.module.css'

type TableHeaderProps<Row extends { readonly id: string }> = {
  readonly table: ReactTable<Features, Row>
  readonly tracks: string
}

const ariaSort = { asc: 'ascending', desc: 'descending' } as const

export function TableHeader<Row extends { readonly id: string }>({ table, tracks }: TableHeaderProps<Row>) {
  const headers = table.getHeaderGroups()[0]?.headers ?? []
  return (
    <div className={classes['header']} style={{ gridTemplateColumns: tracks }} role="row" aria-rowindex={1}>
      {headers.map((header) => {
        const direction = header.column.getIsSorted()
        const Sign = direction === 'desc' ? IconChevronDown : IconChevronUp
        return (
          <div
            key={header.id}
            role="columnheader"
            className={classes['head']}
            data-align={header.column.columnDef.meta?.align}
            aria-sort={direction === false ? 'none' : ariaSort[direction]}
          >
            <button type="button" onClick={() => header.column.toggleSorting(direction === 'asc')}>
              {String(header.column.columnDef.header)}
              {direction !== false && <Sign size={13} aria-hidden />}
            </button>
          </div>
        )
      })}
    </div>
  )
}

import { useTable } from '@tanstack/react-table'
import type { ColumnDef, SortingState } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { moveActive } from './move-active.ts'
import { TableHeader } from './table-header.tsx'
import type { TableColumn } from './table-column.ts'
import { features } from './table-features.ts'
import type { Features } from './table-features.ts'
import classes from './data-table.module.css'

const rowHeight = 36

/** The table keeps its columns only: rows come in their order, and those in sight are drawn from them. */
const noData: readonly never[] = []

type DataTableProps<Row extends { readonly id: string }> = {
  /** Names the table to screen readers. */
  readonly label: string
  /** In their order. */
  readonly rows: readonly Row[]
  readonly columns: readonly TableColumn<Row>[]
  readonly hidden: Readonly<Record<string, boolean>>
  readonly sorting: SortingState
  readonly empty: ReactNode
  onSorting(sorting: SortingState): void
  onOpen(row: Row): void
  /** Told which rows are drawn, whenever others are. Must stay the same between renders. */
  onShown?(rows: readonly Row[]): void
}

/**
 * A list of any length: only the rows in sight are drawn. One stop in the tab order; arrows move, Enter opens.
 */
export function DataTable<Row extends { readonly id: string }>(props: DataTableProps<Row>) {
  const { label, rows, columns, hidden, sorting, empty, onSorting, onOpen, onShown } = props
  const definitions = useMemo(() => columns.map(definitionOf), [columns])
  const visibility = useMemo(
    () => Object.fromEntries(columns.map(({ id }) => [id, hidden[id] !== true])),
    [columns, hidden],
  )
  const table = useTable({
    features,
    columns: definitions,
    data: noData,
    manualSorting: true,
    enableSortingRemoval: false,
    enableMultiSort: false,
    state: { sorting, columnVisibility: visibility },
    onSortingChange: (next) => onSorting(typeof next === 'function' ? next(sorting) : next),
  })
  const shown = columns.filter(({ id }) => visibility[id] === true)
  const tracks = shown.map(({ track }) => track).join(' ')

  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const drawn = virtual.getVirtualItems()
  const [first, last] = [drawn[0]?.index ?? 0, drawn.at(-1)?.index ?? -1]
  useEffect(() => onShown?.(rows.slice(first, last + 1)), [onShown, rows, first, last])
  const [activeId, setActiveId] = useState<string | null>(null)
  const active = activeId === null ? -1 : rows.findIndex((row) => row.id === activeId)

  function onKeyDown(event: React.KeyboardEvent): void {
    if (event.key === 'Enter') {
      const row = rows[active]
      if (row !== undefined) onOpen(row)
      return
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 2)
    const next = moveActive(event.key, active, rows.length, page)
    if (next === null) return
    event.preventDefault()
    setActiveId(rows[next]?.id ?? null)
    virtual.scrollToIndex(next)
  }

  function onClick(event: React.MouseEvent<HTMLElement>): void {
    const line = event.target instanceof Element ? event.target.closest('[data-row]') : null
    const row = rows.find(({ id }) => id === line?.getAttribute('data-row'))
    if (row !== undefined) onOpen(row)
  }

  return (
    <div
      ref={scroller}
      className={classes['scroller']}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={active < 0 ? undefined : `row-${activeId}`}
      tabIndex={0}
      data-list
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <TableHeader table={table} tracks={tracks} />
      {rows.length === 0 && empty}
      <div className={classes['body']} style={{ height: virtual.getTotalSize() }} role="rowgroup">
        {drawn.map((item) => {
          const row = rows[item.index]
          if (row === undefined) return null
          return (
            <div
              key={row.id}
              id={`row-${row.id}`}
              role="row"
              data-row={row.id}
              aria-rowindex={item.index + 2}
              aria-selected={row.id === activeId}
              className={classes['row']}
              style={{
                height: item.size,
                transform: `translateY(${item.start}px)`,
                gridTemplateColumns: tracks,
              }}
            >
              {shown.map((column) => (
                <div key={column.id} role="gridcell" className={classes['cell']} data-align={column.align}>
                  {column.cell?.(row) ?? column.text(row)}
                </div>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function definitionOf<Row extends { readonly id: string }>(
  column: TableColumn<Row>,
): ColumnDef<Features, Row> {
  return {
    id: column.id,
    header: column.header,
    accessorFn: (row) => column.text(row),
    meta: { track: column.track, align: column.align ?? 'start' },
  }
}

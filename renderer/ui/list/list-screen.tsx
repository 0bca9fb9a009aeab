import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { SortingState } from '@tanstack/react-table'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import type { ReactNode } from 'react'
import { dayAt } from '#app/values/index.ts'
import { useCommands } from '#renderer/shell/commands/commands-context.tsx'
import { useReplica } from '../data/replica-context.tsx'
import { titlesOnce } from '../data/titles.ts'
import { useLookup } from '../data/use-lookup.ts'
import { useNotedList } from '../data/use-noted-reads.ts'
import { anyModule, useBroadestPermission } from '../data/use-permission.ts'
import { useSessionState } from '../data/use-session-state.ts'
import { Empty } from '../feedback/empty.tsx'
import { countText } from '../format/count.ts'
import { localZone } from '../format/when.ts'
import { moduleIcons } from '../record/module-icons.ts'
import type { Presentation, RecordView } from '../record/presentation.ts'
import { DataTable } from '../table/data-table.tsx'
import { noFilter } from '../table/list-condition.ts'
import type { ListFilter } from '../table/list-condition.ts'
import type { RowOrder } from '../table/ordered-rows.ts'
import { isFiltering, rowTest } from '../table/row-filter.ts'
import { ColumnMenu } from './column-menu.tsx'
import { FilterBar } from './filter-bar.tsx'
import { listOrder } from './list-order.ts'
import { recordColumns } from './record-columns.tsx'
import { useListRows } from './use-list-rows.ts'
import type { ListPart } from './use-list-rows.ts'
import { useOrderedRows } from './use-ordered-rows.ts'
import { useTopRows } from './use-top-rows.ts'
import classes from './list.module.css'

type ListScreenProps = {
  readonly presentation: Presentation
  /** Only these of its records. Must stay the same between renders. */
  readonly part?: ListPart
  /** Beside the heading: a switch to another view of the same records. */
  readonly views?: ReactNode
  /** Shown in place of the table, over the same filtered records. */
  readonly renderBody?: (rows: readonly RecordView[]) => ReactNode
}

const nothing: readonly RecordView[] = []

/** The records of a module: live, filtered, sorted. */
export function ListScreen({ presentation, part, views, renderBody }: ListScreenProps) {
  const { module: name } = presentation
  const module = anyModule(name)
  const permission = useBroadestPermission(name)
  const { rows, first } = useListRows(presentation, part)
  const lookup = useLookup()
  const columns = useMemo(
    () => recordColumns(presentation, permission.read, lookup),
    [presentation, permission, lookup],
  )
  const [filter, setFilter] = useSessionState<ListFilter>(`${name}.filter`, noFilter)
  const [sorting, setSorting] = useSessionState<SortingState>(`${name}.sorting`, [
    { id: presentation.sort.field, desc: presentation.sort.descending === true },
  ])
  const [hidden, setHidden] = useSessionState(`${name}.hidden`, optionalColumns(presentation))
  const ordered = useOrderedRows(rows, useRowOrder(presentation, permission.read, filter, sorting))
  const top = useTopRows(name, { filter, sorting }, renderBody === undefined ? ordered : null)
  const isUsual = !isFiltering(filter) && sorting[0]?.id === presentation.sort.field && !sorting[0].desc
  const shown = ordered ?? top ?? (isUsual ? first : null) ?? nothing
  // Typing draws the bar anew, not the body.
  const body = useMemo(() => ordered && renderBody?.(ordered), [renderBody, ordered])
  const noteShown = useNotedList(name, renderBody === undefined ? null : ordered)
  const screen = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const create = () => void navigate({ to: '/$module/new', params: { module: name } })
  useCommands(`list-${name}`, permission.create ? [newCommand(module.label.one, create)] : [])

  const focusList = () => screen.current?.querySelector<HTMLElement>('[data-list]')?.focus()
  return (
    <div ref={screen} className={classes['screen']}>
      <header className={classes['head']}>
        <h1 className={classes['heading']}>{module.label.many}</h1>
        <span className={classes['count']} role="status">
          {countOf(ordered?.length ?? null, rows?.length ?? 0, module.label)}
        </span>
        <div className={classes['actions']}>
          {views}
          {permission.create && (
            <Button leftSection={<IconPlus size={16} />} onClick={create}>
              New {module.label.one.toLowerCase()}
            </Button>
          )}
        </div>
      </header>
      <div className={classes['bar']}>
        <FilterBar
          presentation={presentation}
          rows={rows ?? nothing}
          readable={permission.read}
          filter={filter}
          onChange={setFilter}
          focusList={focusList}
        />
        {renderBody === undefined && <ColumnMenu columns={columns} hidden={hidden} onChange={setHidden} />}
      </div>
      {renderBody === undefined ? (
        <DataTable
          label={module.label.many}
          rows={shown}
          columns={columns}
          hidden={hidden}
          sorting={sorting}
          onSorting={setSorting}
          onShown={noteShown}
          onOpen={(row) => void navigate({ to: '/$module/$id', params: { module: name, id: row.id } })}
          empty={
            ordered !== null && (
              <NothingHere
                presentation={presentation}
                filtering={isFiltering(filter)}
                creates={permission.create}
              />
            )
          }
        />
      ) : (
        body
      )}
    </div>
  )
}

function newCommand(one: string, run: () => void) {
  return { id: 'list.new', title: `New ${one.toLowerCase()}`, group: 'This page', hotkey: 'n', run } as const
}

/** The names of other records are read once while the list is open: sorting by them looks at all rows. */
function useRowOrder(
  presentation: Presentation,
  readable: ReadonlySet<string>,
  filter: ListFilter,
  sorting: SortingState,
): RowOrder<RecordView> {
  const replica = useReplica()
  const lookup = useMemo(() => titlesOnce(replica), [replica])
  const columns = useMemo(
    () => recordColumns(presentation, readable, lookup),
    [presentation, readable, lookup],
  )
  return useMemo(() => {
    const zone = localZone()
    const passes = rowTest(filter, {
      module: anyModule(presentation.module),
      views: presentation.fields,
      lookup,
      columns: presentation.columns.map(({ field }) => field),
      around: { today: dayAt(Date.now(), zone), zone, me: replica.user.id },
    })
    return listOrder(columns, sorting, passes)
  }, [columns, sorting, filter, presentation, lookup, replica])
}

function optionalColumns({ columns }: Presentation): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    columns.filter(({ optional }) => optional === true).map(({ field }) => [field, true]),
  )
}

function countOf(shown: number | null, all: number, label: { one: string; many: string }): string {
  if (shown === null) return 'Reading …'
  const total = countText(all, label.one.toLowerCase(), label.many.toLowerCase())
  return shown === all ? total : `${new Intl.NumberFormat().format(shown)} of ${total}`
}

type NothingHereProps = {
  readonly presentation: Presentation
  readonly filtering: boolean
  readonly creates: boolean
}

function NothingHere({ presentation, filtering, creates }: NothingHereProps) {
  const { label } = anyModule(presentation.module)
  const many = label.many.toLowerCase()
  const Sign = moduleIcons[presentation.module]
  if (filtering) {
    return (
      <Empty icon={Sign} title={`No ${many} match these filters`}>
        Take a filter away, or search everything with Ctrl+K.
      </Empty>
    )
  }
  return (
    <Empty icon={Sign} title={`No ${many} on this device`}>
      {creates
        ? `Press N to make the first one. What colleagues make appears here by itself.`
        : 'They appear here by themselves as soon as you are given some.'}
    </Empty>
  )
}

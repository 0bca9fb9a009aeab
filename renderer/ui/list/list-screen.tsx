import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { SortingState } from '@tanstack/react-table'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import type { ReactNode } from 'react'
import { dayAt } from '#app/values/index.ts'
import { useCommands } from '#renderer/shell/commands/commands-context.tsx'
import { useLookup } from '../data/use-lookup.ts'
import { anyModule, useBroadestPermission } from '../data/use-permission.ts'
import { useWholeList } from '../data/use-records.ts'
import { useSessionState } from '../data/use-session-state.ts'
import { Empty } from '../feedback/empty.tsx'
import { countText } from '../format/count.ts'
import { localZone } from '../format/when.ts'
import { moduleIcons } from '../record/module-icons.ts'
import type { Presentation, RecordView } from '../record/presentation.ts'
import { DataTable } from '../table/data-table.tsx'
import { noFilter } from '../table/list-condition.ts'
import type { ListFilter } from '../table/list-condition.ts'
import { filterRows, isFiltering } from '../table/row-filter.ts'
import { ColumnMenu } from './column-menu.tsx'
import { FilterBar } from './filter-bar.tsx'
import { recordColumns } from './record-columns.tsx'
import classes from './list.module.css'

type ListScreenProps = {
  readonly presentation: Presentation
  /** Beside the heading: a switch to another view of the same records. */
  readonly views?: ReactNode
  /** Shown in place of the table, over the same filtered records. */
  readonly renderBody?: (rows: readonly RecordView[]) => ReactNode
}

const nothing: readonly RecordView[] = []

/** All records of a module: live, filtered, sorted. */
export function ListScreen({ presentation, views, renderBody }: ListScreenProps) {
  const { module: name } = presentation
  const module = anyModule(name)
  const permission = useBroadestPermission(name)
  const observed = useWholeList(name)
  const rows = observed.state === 'here' ? (observed.value as readonly RecordView[]) : nothing
  const lookup = useLookup(useReferredModules(presentation))
  const columns = useMemo(
    () => recordColumns(presentation, permission.read, lookup),
    [presentation, permission, lookup],
  )
  const [filter, setFilter] = useSessionState<ListFilter>(`${name}.filter`, noFilter)
  const [sorting, setSorting] = useSessionState<SortingState>(`${name}.sorting`, [
    { id: presentation.sort.field, desc: presentation.sort.descending === true },
  ])
  const [hidden, setHidden] = useSessionState(`${name}.hidden`, optionalColumns(presentation))
  const shown = useMemo(
    () =>
      filterRows(rows, filter, {
        module,
        views: presentation.fields,
        lookup,
        columns: presentation.columns.map(({ field }) => field),
        around: { today: dayAt(Date.now(), localZone()), zone: localZone() },
      }),
    [rows, filter, module, presentation, lookup],
  )
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
          {countOf(observed.state === 'here', shown.length, rows.length, module.label)}
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
          rows={rows}
          readable={permission.read}
          filter={filter}
          onChange={setFilter}
          focusList={focusList}
        />
        {renderBody === undefined && <ColumnMenu columns={columns} hidden={hidden} onChange={setHidden} />}
      </div>
      {renderBody?.(shown) ?? (
        <DataTable
          label={module.label.many}
          rows={shown}
          columns={columns}
          hidden={hidden}
          sorting={sorting}
          onSorting={setSorting}
          onOpen={(row) => void navigate({ to: '/$module/$id', params: { module: name, id: row.id } })}
          empty={
            observed.state === 'here' && (
              <NothingHere
                presentation={presentation}
                filtering={isFiltering(filter)}
                creates={permission.create}
              />
            )
          }
        />
      )}
    </div>
  )
}

function newCommand(one: string, run: () => void) {
  return { id: 'list.new', title: `New ${one.toLowerCase()}`, group: 'This page', hotkey: 'n', run } as const
}

function useReferredModules({ fields }: Presentation) {
  return useMemo(
    () => Object.values(fields).flatMap((view) => (view.refersTo === undefined ? [] : [view.refersTo])),
    [fields],
  )
}

function optionalColumns({ columns }: Presentation): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    columns.filter(({ optional }) => optional === true).map(({ field }) => [field, true]),
  )
}

function countOf(here: boolean, shown: number, all: number, label: { one: string; many: string }): string {
  if (!here) return 'Reading …'
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

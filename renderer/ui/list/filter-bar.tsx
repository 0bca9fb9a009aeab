import { Button, CloseButton, Group, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useRef } from 'react'
import { useCommands } from '#renderer/shell/commands/commands-context.tsx'
import { anyModule } from '../data/use-permission.ts'
import type { Presentation, RecordView } from '../record/presentation.ts'
import { noFilter } from '../table/list-condition.ts'
import type { FieldChoice, ListFilter } from '../table/list-condition.ts'
import { isFiltering } from '../table/row-filter.ts'
import { FieldFilterMenu } from './field-filter-menu.tsx'
import classes from './list.module.css'

type FilterBarProps = {
  readonly presentation: Presentation
  readonly rows: readonly RecordView[]
  /** The fields that the reader may see at all. */
  readonly readable: ReadonlySet<string>
  readonly filter: ListFilter
  onChange(filter: ListFilter): void
  /** The list below: the arrow down leads there. */
  focusList(): void
}

/** Narrows a list: words, and a menu for each field that is worth one. */
export function FilterBar({ presentation, rows, readable, filter, onChange, focusList }: FilterBarProps) {
  const box = useRef<HTMLInputElement>(null)
  const module = anyModule(presentation.module)
  useCommands('list-filter', [
    {
      id: 'list.filter',
      title: `Filter ${module.label.many.toLowerCase()}`,
      group: 'This page',
      hotkey: '/',
      run: () => box.current?.select(),
    },
  ])

  function choose(name: string, choice: FieldChoice): void {
    onChange({ ...filter, fields: { ...filter.fields, [name]: choice } })
  }

  return (
    <Group gap="xs" className={classes['filters'] ?? ''} role="search" aria-label="Filters">
      <TextInput
        ref={box}
        className={classes['words'] ?? ''}
        size="xs"
        aria-label={`Filter ${module.label.many.toLowerCase()}`}
        placeholder={`Filter ${module.label.many.toLowerCase()}`}
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={
          filter.text !== '' && (
            <CloseButton
              size="xs"
              aria-label="Clear the words"
              onClick={() => onChange({ ...filter, text: '' })}
            />
          )
        }
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'Enter') return
          event.preventDefault()
          focusList()
        }}
      />
      {presentation.filters
        .filter((name) => readable.has(name))
        .map((name) => (
          <FieldFilterMenu
            key={name}
            name={name}
            label={module.fields[name]?.label ?? name}
            view={presentation.fields[name]}
            rows={rows}
            choice={filter.fields[name]}
            onChange={(choice) => choose(name, choice)}
          />
        ))}
      {isFiltering(filter) && (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange(noFilter)}>
          Clear all
        </Button>
      )}
    </Group>
  )
}

import { Button, Popover } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import type { AnyFieldView } from '../fields/field-view.ts'
import type { RecordView } from '../record/presentation.ts'
import type { FieldChoice } from '../table/list-condition.ts'
import { CodeChoices } from './code-choices.tsx'
import { DayChoices } from './day-choices.tsx'

type FieldFilterMenuProps = {
  readonly name: string
  readonly label: string
  readonly view: AnyFieldView | undefined
  readonly rows: readonly RecordView[]
  readonly choice: FieldChoice | undefined
  onChange(choice: FieldChoice): void
}

/** One field's filter: a button that says what is chosen, and the choices behind it. */
export function FieldFilterMenu({ name, label, view, rows, choice, onChange }: FieldFilterMenuProps) {
  if (view?.filter === undefined) return null
  const byDay = view.filter.by === 'days' || view.filter.by === 'instants'
  const count = countOf(choice)
  return (
    <Popover position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant={count > 0 ? 'light' : 'default'}
          fw={500}
          rightSection={<IconChevronDown size={13} aria-hidden />}
        >
          {count > 0 ? `${label}: ${count}` : label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        {byDay ? (
          <DayChoices
            label={label}
            choice={choice?.chosen === 'days' ? choice : undefined}
            onChange={onChange}
          />
        ) : (
          <CodeChoices
            name={name}
            label={label}
            view={view}
            rows={rows}
            codes={choice?.chosen === 'codes' ? choice.codes : []}
            onChange={(codes) => onChange({ chosen: 'codes', codes })}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

function countOf(choice: FieldChoice | undefined): number {
  if (choice === undefined) return 0
  if (choice.chosen === 'codes') return choice.codes.length
  return (choice.from === null ? 0 : 1) + (choice.to === null ? 0 : 1)
}

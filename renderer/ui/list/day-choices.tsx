import { Button, Group, Stack, TextInput } from '@mantine/core'
import { addDays, dayAt } from '#app/values/index.ts'
import { localZone } from '../format/when.ts'
import type { FieldChoice } from '../table/list-condition.ts'

type Days = Extract<FieldChoice, { chosen: 'days' }>

type DayChoicesProps = {
  readonly label: string
  readonly choice: Days | undefined
  onChange(choice: Days): void
}

/** A range of days, and the ranges that are asked for most. */
export function DayChoices({ label, choice, onChange }: DayChoicesProps) {
  const today = dayAt(Date.now(), localZone())
  const set = (from: string | null, to: string | null) => onChange({ chosen: 'days', from, to })
  return (
    <Stack gap="xs" w={250}>
      <Group gap={6}>
        <Button size="compact-xs" variant="default" onClick={() => set(today, today)}>
          Today
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => set(today, addDays(today, 7))}>
          Next 7 days
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => set(null, addDays(today, -1))}>
          Past
        </Button>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => set(null, null)}>
          Any
        </Button>
      </Group>
      <TextInput
        type="date"
        size="xs"
        label={`${label} from`}
        value={choice?.from ?? ''}
        onChange={(event) => set(event.currentTarget.value || null, choice?.to ?? null)}
      />
      <TextInput
        type="date"
        size="xs"
        label={`${label} to`}
        value={choice?.to ?? ''}
        onChange={(event) => set(choice?.from ?? null, event.currentTarget.value || null)}
      />
    </Stack>
  )
}

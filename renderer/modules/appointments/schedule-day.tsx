import { ActionIcon, Button, Group, TextInput } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { addDays, dayAt } from '#app/values/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useCommands } from '#renderer/shell/commands/commands-context.tsx'

type ScheduleDayProps = { readonly day: string; readonly step: number; onChange(day: string): void }

/** Which day or week is shown. */
export function ScheduleDay({ day, step, onChange }: ScheduleDayProps) {
  const { organisation } = useReplica()
  const move = (days: number) => () => onChange(addDays(day, days))
  const today = () => onChange(dayAt(Date.now(), organisation.zone))
  useCommands('schedule', [
    { id: 'schedule.today', title: 'Today', group: 'This page', hotkey: 't', run: today },
    { id: 'schedule.next', title: 'Later', group: 'This page', hotkey: 'arrowright', run: move(step) },
    { id: 'schedule.previous', title: 'Earlier', group: 'This page', hotkey: 'arrowleft', run: move(-step) },
  ])
  return (
    <Group gap={6} wrap="nowrap">
      <ActionIcon variant="default" aria-label="Earlier" onClick={move(-step)}>
        <IconChevronLeft size={16} />
      </ActionIcon>
      <Button size="compact-md" variant="default" onClick={today}>
        Today
      </Button>
      <ActionIcon variant="default" aria-label="Later" onClick={move(step)}>
        <IconChevronRight size={16} />
      </ActionIcon>
      <TextInput
        type="date"
        size="xs"
        aria-label="Day"
        value={day}
        onChange={(event) => event.currentTarget.value !== '' && onChange(event.currentTarget.value)}
      />
    </Group>
  )
}

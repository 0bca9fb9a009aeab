import { SegmentedControl } from '@mantine/core'
import { useMemo } from 'react'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useSessionState } from '#renderer/ui/data/use-session-state.ts'
import { ListScreen } from '#renderer/ui/list/list-screen.tsx'
import { dayAt } from '#app/values/index.ts'
import { DaySchedule } from './day-schedule.tsx'
import { scheduled } from './appointment-views.ts'
import { appointmentPresentation } from './presentation.ts'
import { ScheduleDay } from './schedule-day.tsx'
import { WeekSchedule } from './week-schedule.tsx'

type Look = 'day' | 'week' | 'list'

const looks = [
  { value: 'day', label: 'Day' },
  { value: 'week', label: 'Week' },
  { value: 'list', label: 'List' },
]

/** Appointments of a day by practitioner, of a week, or all of them as a list. */
export function AppointmentsList() {
  const { organisation } = useReplica()
  const [look, setLook] = useSessionState<Look>('appointments.look', 'day')
  const [day, setDay] = useSessionState('appointments.day', dayAt(Date.now(), organisation.zone))
  const part = useMemo(
    () => (look === 'list' ? undefined : { index: 'start' as const, ...scheduled(look, day) }),
    [look, day],
  )
  const switcher = (
    <>
      {look !== 'list' && <ScheduleDay day={day} step={look === 'day' ? 1 : 7} onChange={setDay} />}
      <SegmentedControl
        size="xs"
        aria-label="View"
        data={looks}
        value={look}
        onChange={(value) => setLook(value as Look)}
      />
    </>
  )
  if (part === undefined) return <ListScreen presentation={appointmentPresentation} views={switcher} />
  return (
    <ListScreen
      presentation={appointmentPresentation}
      part={part}
      views={switcher}
      renderBody={(rows) =>
        look === 'day' ? <DaySchedule day={day} rows={rows} /> : <WeekSchedule day={day} rows={rows} />
      }
    />
  )
}

import { useDeferredValue, useMemo } from 'react'
import { useLookup } from '#renderer/ui/data/use-lookup.ts'
import { Empty } from '#renderer/ui/feedback/empty.tsx'
import { countText } from '#renderer/ui/format/count.ts'
import { weekdayText } from '#renderer/ui/format/when.ts'
import { professionalText } from '#renderer/ui/fields/professional-field.tsx'
import { byStart, dayOf, grouped } from './appointment-views.ts'
import type { Appointment } from './appointment-views.ts'
import { AppointmentRow } from './appointment-row.tsx'
import classes from './schedule.module.css'

/** More than a screen shows. */
const FIRST = 40

type ScheduleProps = { readonly day: string; readonly rows: readonly Appointment[] }

/** One day, a column of time for each practitioner. */
export function DaySchedule({ day, rows }: ScheduleProps) {
  const lookup = useLookup()
  const own = useMemo(() => rows.filter((row) => dayOf(row) === day).toSorted(byStart), [rows, day])
  // A full day takes longer to draw than a frame: it is drawn in between what a person does.
  const drawn = useDeferredValue(own, own.slice(0, FIRST))
  const groups = grouped(drawn, (row) =>
    row.practitioner ? professionalText(row.practitioner, lookup) : 'Without a practitioner',
  )
  return (
    <div className={classes['page']}>
      <h2 className={classes['day']}>{weekdayText(day)}</h2>
      {own.length === 0 && (
        <Empty title="No appointments">Another day may have some, or a filter hides them.</Empty>
      )}
      <div className={classes['groups']}>
        {groups.map(([name, appointments]) => (
          <section key={name} className={classes['group']} aria-label={name}>
            <h3>
              {name} <span>{countText(appointments.length, 'appointment', 'appointments')}</span>
            </h3>
            <ul>
              {appointments.map((view) => (
                <AppointmentRow key={view.id} view={view} lookup={lookup} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  )
}

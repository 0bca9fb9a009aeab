import { Link } from '@tanstack/react-router'
import { dayAt } from '#app/values/index.ts'
import { useLookup } from '#renderer/ui/data/use-lookup.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { clockText, shortWeekdayText, weekdayText } from '#renderer/ui/format/when.ts'
import { byStart, dayOf, weekOf } from './appointment-views.ts'
import type { Appointment } from './appointment-views.ts'
import classes from './schedule.module.css'

type WeekScheduleProps = { readonly day: string; readonly rows: readonly Appointment[] }

/** Seven days side by side. */
export function WeekSchedule({ day, rows }: WeekScheduleProps) {
  const { organisation } = useReplica()
  const lookup = useLookup()
  const today = dayAt(Date.now(), organisation.zone)
  const byDay = Map.groupBy(rows, dayOf)
  return (
    <div className={classes['page']}>
      <div className={classes['week']}>
        {weekOf(day).map((date) => {
          const own = (byDay.get(date) ?? []).toSorted(byStart)
          return (
            <section
              key={date}
              className={classes['weekday']}
              aria-label={weekdayText(date)}
              data-today={date === today}
            >
              <h3>{shortWeekdayText(date)}</h3>
              <ul>
                {own.map((view) => (
                  <li key={view.id} data-over={view.status === 'cancelled' || view.status === 'noshow'}>
                    <Link to="/$module/$id" params={{ module: 'appointments', id: view.id }}>
                      <time>{view.start && clockText(view.start.local)}</time>{' '}
                      {view.patientId === undefined ? '' : lookup('patients', view.patientId)}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )
        })}
      </div>
    </div>
  )
}

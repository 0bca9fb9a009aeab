import { useNavigate } from '@tanstack/react-router'
import { memo } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import { conceptText } from '#app/values/index.ts'
import type { Lookup } from '#renderer/ui/fields/field-view.ts'
import { clockText } from '#renderer/ui/format/when.ts'
import { StateBadge } from '#renderer/ui/record/state-badge.tsx'
import type { Appointment } from './appointment-views.ts'
import { CheckIn } from './check-in.tsx'
import classes from './schedule.module.css'

type AppointmentRowProps = { readonly view: Appointment; readonly lookup: Lookup }

/** Drawn anew only where it is another: a day has hundreds. */
export const AppointmentRow = memo(function AppointmentRow({ view, lookup }: AppointmentRowProps) {
  const navigate = useNavigate()
  const patient = view.patientId === undefined ? '' : lookup('patients', view.patientId)
  const place = view.locationId ? lookup('locations', view.locationId) : ''
  return (
    <li
      className={classes['row']}
      data-over={
        view.status === 'cancelled' || view.status === 'noshow' || view.status === 'entered-in-error'
      }
      data-appointment={view.id}
    >
      <button
        type="button"
        className={classes['open']}
        onClick={() => void navigate({ to: '/$module/$id', params: { module: 'appointments', id: view.id } })}
      >
        <span className={classes['time']}>
          {view.start && clockText(view.start.local)}
          <small>{view.durationMinutes} min</small>
        </span>
        <span className={classes['what']}>
          <strong>{patient || 'Patient not on this device'}</strong>
          <small>{[view.service ? conceptText(view.service) : '', place].filter(Boolean).join(', ')}</small>
        </span>
      </button>
      {view.status !== 'booked' && <StateBadge code={view.status} text={labelOf(view.status)} />}
      <CheckIn view={view} size="compact-sm" />
    </li>
  )
})

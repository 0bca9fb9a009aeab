import { useMemo } from 'react'
import { Link } from '@tanstack/react-router'
import { labelOf } from '#app/modules/shared/labels.ts'
import { conceptText, dayAt } from '#app/values/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useList } from '#renderer/ui/data/use-records.ts'
import { Empty } from '#renderer/ui/feedback/empty.tsx'
import fields from '#renderer/ui/fields/fields.module.css'
import { RecordLink } from '#renderer/ui/fields/record-link.tsx'
import { clockText } from '#renderer/ui/format/when.ts'
import { StateBadge } from '#renderer/ui/record/state-badge.tsx'
import { CardLine, CardList } from '../shared/card-list.tsx'
import { byStart, daysAround, isExpected, isToday } from './appointment-views.ts'
import type { Appointment } from './appointment-views.ts'
import { CheckIn } from './check-in.tsx'

/** Who comes today and is not done yet, in the order in which they come. */
export function Arrivals() {
  const { organisation } = useReplica()
  const today = dayAt(Date.now(), organisation.zone)
  const observed = useList(
    useMemo(
      () => ({
        module: 'appointments' as const,
        by: { index: 'start' as const, ...daysAround(today) },
        where: (view: Appointment) => isExpected(view) && isToday(view, Date.now()),
        sort: byStart,
        limit: 60,
      }),
      [today],
    ),
  )
  if (observed.state === 'waiting') return null
  if (observed.value.length === 0) {
    return <Empty title="Nobody is expected any more today">Press C then V to book an appointment.</Empty>
  }
  return (
    <CardList>
      {observed.value.map((view) => (
        <CardLine
          key={view.id}
          lead={
            <Link
              to="/$module/$id"
              params={{ module: 'appointments', id: view.id }}
              className={fields['link'] ?? ''}
            >
              {view.start && clockText(view.start.local)}
            </Link>
          }
          end={
            <>
              <CheckIn view={view} size="compact-sm" />
              {view.status !== 'booked' && <StateBadge code={view.status} text={labelOf(view.status)} />}
            </>
          }
        >
          {view.patientId !== undefined && <RecordLink module="patients" id={view.patientId} />}{' '}
          <span className={fields['soft']}>{view.service && conceptText(view.service)}</span>
        </CardLine>
      ))}
    </CardList>
  )
}

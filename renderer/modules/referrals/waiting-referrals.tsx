import { useMemo } from 'react'
import { useLookup } from '#renderer/ui/data/use-lookup.ts'
import { useListOfKeys } from '#renderer/ui/data/use-records.ts'
import { Empty } from '#renderer/ui/feedback/empty.tsx'
import { RecordLink } from '#renderer/ui/fields/record-link.tsx'
import { CardLine, CardList } from '../shared/card-list.tsx'
import { StatusBadge } from '../shared/status-badge.tsx'
import { DueDay } from '../tasks/task-line.tsx'
import { byNeed } from './referral-views.ts'

/** Referrals that wait for the desk: nobody has said yes, or there is no appointment yet. */
export function WaitingReferrals() {
  const lookup = useLookup()
  const observed = useListOfKeys(
    useMemo(
      () => ({
        module: 'referrals' as const,
        index: 'status' as const,
        keys: ['sent', 'accepted'],
        sort: byNeed,
        limit: 8,
      }),
      [],
    ),
  )
  if (observed.state === 'waiting') return null
  if (observed.value.length === 0) {
    return <Empty title="No referrals wait">Press C then R to send a patient on.</Empty>
  }
  return (
    <CardList>
      {observed.value.map((view) => (
        <CardLine
          key={view.id}
          end={
            <>
              <DueDay day={view.dueOn ?? null} open />
              <StatusBadge code={view.status} />
            </>
          }
        >
          {view.patientId !== undefined && `${lookup('patients', view.patientId)}, `}
          <RecordLink module="referrals" id={view.id} />
        </CardLine>
      ))}
    </CardList>
  )
}

import { useMemo } from 'react'
import type { ViewOfModule } from '#app/modules/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useList } from '#renderer/ui/data/use-records.ts'
import { Empty } from '#renderer/ui/feedback/empty.tsx'
import { RecordLink } from '#renderer/ui/fields/record-link.tsx'
import { relativeText } from '#renderer/ui/format/when.ts'
import { CardLine, CardList } from '../shared/card-list.tsx'

type View = ViewOfModule<'activities'>

/** What an account manager did last, to go on from there. */
export function RecentVisits() {
  const { user } = useReplica()
  const observed = useList(
    useMemo(
      () => ({
        module: 'activities' as const,
        by: { index: 'ownerId' as const, equals: user.id },
        where: ({ type }: View) => type !== 'note',
        sort: (a: View, b: View) => ((a.occurredAt ?? '') < (b.occurredAt ?? '') ? 1 : -1),
        limit: 6,
      }),
      [user.id],
    ),
  )
  if (observed.state === 'waiting') return null
  if (observed.value.length === 0) {
    return (
      <Empty title="No visits yet">
        Open an account and press L to write one down, with or without a network.
      </Empty>
    )
  }
  return (
    <CardList>
      {observed.value.map((view) => (
        <CardLine
          key={view.id}
          lead={labelOf(view.type)}
          end={relativeText(view.occurredAt ?? view.created.at, Date.now())}
        >
          {view.accountId ? <RecordLink module="accounts" id={view.accountId} /> : null} {view.subject}
        </CardLine>
      ))}
    </CardList>
  )
}

import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { permissionFor } from '#app/access/index.ts'
import { instant, systemClock } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { dayAt } from '#app/values/index.ts'
import { Board } from '#renderer/ui/board/board.tsx'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useLookup } from '#renderer/ui/data/use-lookup.ts'
import { anyModule } from '#renderer/ui/data/use-permission.ts'
import { countText } from '#renderer/ui/format/count.ts'
import { localZone } from '#renderer/ui/format/when.ts'
import { ReferralCard } from './referral-card.tsx'
import { boardStatuses, byNeed, DAYS_ON_BOARD, isOnBoard, isOpenReferral } from './referral-views.ts'
import type { Referral } from './referral-views.ts'
import { useMoveReferral } from './use-move-referral.ts'

/** The way of every referral at a glance: a column a state, the most pressing on top. */
export function ReferralBoard({ rows }: { readonly rows: readonly Referral[] }) {
  const { subject } = useReplica()
  const navigate = useNavigate()
  const move = useMoveReferral()
  const lookup = useLookup()
  const today = dayAt(Date.now(), localZone())
  const cards = useMemo(() => rows.filter((view) => isOnBoard(view, today)).toSorted(byNeed), [rows, today])
  const columns = boardStatuses.map((status) => ({
    id: status,
    title: labelOf(status),
    note: isOpenReferral({ status })
      ? overdueText(cards, status, today)
      : `in the last ${DAYS_ON_BOARD} days`,
  }))

  function movable(view: Referral): boolean {
    return permissionFor(subject, anyModule('referrals'), view.scopes, instant(systemClock)).write.has(
      'status',
    )
  }

  return (
    <Board
      label="Referrals by status"
      columns={columns}
      cards={cards}
      columnOf={(view) => view.status ?? ''}
      nameOf={(view) => (view.patientId === undefined ? 'Referral' : lookup('patients', view.patientId))}
      movable={movable}
      onMove={(view, status) => {
        const known = boardStatuses.find((each) => each === status)
        if (known !== undefined) void move(view, known)
      }}
      onOpen={(view) => void navigate({ to: '/$module/$id', params: { module: 'referrals', id: view.id } })}
    >
      {(view) => <ReferralCard view={view} lookup={lookup} today={today} />}
    </Board>
  )
}

function overdueText(cards: readonly Referral[], status: string, today: string): string {
  const late = cards.filter((view) => view.status === status && (view.dueOn ?? '9999') < today).length
  return late === 0 ? '' : countText(late, 'overdue', 'overdue')
}

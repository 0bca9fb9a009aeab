import { useCallback, useMemo } from 'react'
import { ofSameOrder } from '#app/modules/diagnostic-reports/index.ts'
import type { ViewOfModule } from '#app/modules/index.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { RelatedList } from '#renderer/ui/record/related-list.tsx'
import { StatusBadge } from '../shared/status-badge.tsx'

/** What became of an order: the reports that came of it. */
export function OrderRelated({ order }: { readonly order: RecordView }) {
  const where = useCallback((view: ViewOfModule<'diagnostic-reports'>) => ofSameOrder(order, view), [order])
  const by = useMemo(() => ({ index: 'patientId', equals: patientOf(order) }) as const, [order])
  return (
    <RelatedList
      module="diagnostic-reports"
      by={by}
      where={where}
      renderEnd={(view) => <StatusBadge code={view.status} />}
    />
  )
}

function patientOf({ patientId }: RecordView): string {
  return typeof patientId === 'string' ? patientId : ''
}

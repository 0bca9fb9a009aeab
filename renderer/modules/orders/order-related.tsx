import { useCallback } from 'react'
import { ofSameOrder } from '#app/modules/diagnostic-reports/index.ts'
import type { ViewOfModule } from '#app/modules/index.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { RelatedList } from '#renderer/ui/record/related-list.tsx'
import { StatusBadge } from '../shared/status-badge.tsx'

/** What became of an order: the reports that came of it. */
export function OrderRelated({ order }: { readonly order: RecordView }) {
  const where = useCallback((view: ViewOfModule<'diagnostic-reports'>) => ofSameOrder(order, view), [order])
  return (
    <RelatedList
      module="diagnostic-reports"
      where={where}
      renderEnd={(view) => <StatusBadge code={view.status} />}
    />
  )
}

import type { ViewOfModule } from '#app/modules/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { StateBadge } from '#renderer/ui/record/state-badge.tsx'

export function CaseState({ view }: { readonly view: ViewOfModule<'cases'> }) {
  return <StateBadge code={view.status} text={labelOf(view.status)} />
}

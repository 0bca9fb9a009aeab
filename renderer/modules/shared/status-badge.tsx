import { labelOf } from '#app/modules/shared/labels.ts'
import { StateBadge } from '#renderer/ui/record/state-badge.tsx'

/** The status of a record at the end of its line. */
export function StatusBadge({ code }: { readonly code: string | null | undefined }) {
  return <StateBadge code={code} text={labelOf(code)} />
}

import { instant, systemClock } from '#app/kernel/index.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { StatusMenu } from '../shared/status-menu.tsx'

/** Moves a case on without opening the form; the day on which it was closed goes with it. */
export function CaseActions({ view }: { readonly view: RecordView }) {
  return (
    <StatusMenu
      module="cases"
      view={view}
      along={(status) => ({ closedAt: status === 'closed' ? instant(systemClock) : null })}
    />
  )
}

import { useMemo } from 'react'
import { openCaseStatuses } from '#app/modules/cases/index.ts'
import { useListOfKeys } from '#renderer/ui/data/use-records.ts'
import { Empty } from '#renderer/ui/feedback/empty.tsx'
import { RecordLink } from '#renderer/ui/fields/record-link.tsx'
import { CardLine, CardList } from '../shared/card-list.tsx'
import { DueDay } from '../tasks/task-line.tsx'
import { CaseState } from './case-state.tsx'
import { byUrgency } from './case-views.ts'

/** Open cases, the most pressing first. */
export function DueCases() {
  const observed = useListOfKeys(
    useMemo(
      () => ({
        module: 'cases' as const,
        index: 'status' as const,
        keys: openCaseStatuses,
        sort: byUrgency,
        limit: 10,
      }),
      [],
    ),
  )
  if (observed.state === 'waiting') return null
  if (observed.value.length === 0) {
    return <Empty title="No open cases">Press C then K to open one when somebody asks for something.</Empty>
  }
  return (
    <CardList>
      {observed.value.map((view) => (
        <CardLine
          key={view.id}
          end={
            <>
              <DueDay day={view.dueOn ?? null} open />
              <CaseState view={view} />
            </>
          }
        >
          <RecordLink module="cases" id={view.id} />
        </CardLine>
      ))}
    </CardList>
  )
}

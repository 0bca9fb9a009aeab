import { SegmentedControl } from '@mantine/core'
import { useMemo } from 'react'
import { useSessionState } from '#renderer/ui/data/use-session-state.ts'
import { ListScreen } from '#renderer/ui/list/list-screen.tsx'
import { OpportunityBoard } from './opportunity-board.tsx'
import { PipelineChoice } from './pipeline-choice.tsx'
import { opportunityPresentation } from './presentation.ts'
import { usePipelinesOnceRead } from './stages.ts'

const looks = [
  { value: 'board', label: 'Board' },
  { value: 'list', label: 'List' },
]

/** Opportunities as the board of a pipeline, or as a list of all. */
export function OpportunitiesList() {
  const [look, setLook] = useSessionState('opportunities.look', 'board')
  const [chosen, setChosen] = useSessionState<string | null>('opportunities.pipeline', null)
  const pipelines = usePipelinesOnceRead()
  const pipeline = pipelines?.find(({ id }) => id === chosen) ?? pipelines?.[0]
  const part = useMemo(
    () => (pipeline === undefined ? undefined : { index: 'pipelineId' as const, equals: pipeline.id }),
    [pipeline],
  )
  if (pipelines === null) return null
  const views = (
    <>
      {look === 'board' && pipelines.length > 1 && (
        <PipelineChoice pipelines={pipelines} value={pipeline?.id ?? ''} onChange={setChosen} />
      )}
      <SegmentedControl size="xs" aria-label="View" data={looks} value={look} onChange={setLook} />
    </>
  )
  if (look === 'list' || pipeline === undefined || part === undefined) {
    return <ListScreen presentation={opportunityPresentation} views={views} />
  }
  return (
    <ListScreen
      presentation={opportunityPresentation}
      part={part}
      views={views}
      renderBody={(rows) => <OpportunityBoard pipeline={pipeline} rows={rows} />}
    />
  )
}

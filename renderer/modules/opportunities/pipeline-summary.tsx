import { useMemo } from 'react'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useList } from '#renderer/ui/data/use-records.ts'
import { Empty } from '#renderer/ui/feedback/empty.tsx'
import { countText } from '#renderer/ui/format/count.ts'
import { CardLine, CardList } from '../shared/card-list.tsx'
import { sumText } from './opportunity-views.ts'
import { usePipelines } from './stages.ts'

/** The reader's open business by stage. */
export function PipelineSummary() {
  const { user } = useReplica()
  const pipelines = usePipelines()
  const observed = useList(
    useMemo(
      () => ({ module: 'opportunities' as const, by: { index: 'ownerId' as const, equals: user.id } }),
      [user.id],
    ),
  )
  if (observed.state === 'waiting') return null
  const lines = pipelines.flatMap(({ name, stages }) =>
    stages
      .filter(({ kind }) => kind === 'open')
      .map((stage) => ({
        pipeline: name,
        stage,
        rows: observed.value.filter(({ stageId }) => stageId === stage.id),
      }))
      .filter(({ rows }) => rows.length > 0),
  )
  if (lines.length === 0) {
    return <Empty title="No open business of yours">Press C then B to write an opportunity down.</Empty>
  }
  return (
    <CardList>
      {lines.map(({ pipeline, stage, rows }) => (
        <CardLine key={stage.id} lead={pipeline} end={sumText(rows)}>
          {stage.name}: {countText(rows.length, 'opportunity', 'opportunities')}
        </CardLine>
      ))}
    </CardList>
  )
}

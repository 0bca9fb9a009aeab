import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { permissionFor } from '#app/access/index.ts'
import { instant, systemClock } from '#app/kernel/index.ts'
import { Board } from '#renderer/ui/board/board.tsx'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useLookup } from '#renderer/ui/data/use-lookup.ts'
import { anyModule } from '#renderer/ui/data/use-permission.ts'
import { OpportunityCard } from './opportunity-card.tsx'
import { byClose, sumText } from './opportunity-views.ts'
import type { Opportunity } from './opportunity-views.ts'
import type { PipelineStages } from './stages.ts'
import { useMoveStage } from './use-move-stage.ts'

type OpportunityBoardProps = { readonly pipeline: PipelineStages; readonly rows: readonly Opportunity[] }

/** A pipeline as a board: a column a stage, with the sum of what lies in it. */
export function OpportunityBoard({ pipeline, rows }: OpportunityBoardProps) {
  const { subject } = useReplica()
  const navigate = useNavigate()
  const moveStage = useMoveStage()
  const lookup = useLookup()
  const cards = useMemo(
    () => rows.filter(({ pipelineId }) => pipelineId === pipeline.id).toSorted(byClose),
    [rows, pipeline.id],
  )
  const columns = pipeline.stages.map(({ id, name }) => ({
    id,
    title: name,
    note: sumText(cards.filter(({ stageId }) => stageId === id)),
  }))

  function movable(view: Opportunity): boolean {
    return permissionFor(subject, anyModule('opportunities'), view.scopes, instant(systemClock)).write.has(
      'stageId',
    )
  }

  return (
    <Board
      label={`Pipeline ${pipeline.name}`}
      columns={columns}
      cards={cards}
      columnOf={(view) => view.stageId ?? ''}
      nameOf={(view) => view.name ?? 'Opportunity'}
      movable={movable}
      onMove={(view, stageId) => {
        const stage = pipeline.stages.find(({ id }) => id === stageId)
        if (stage !== undefined) void moveStage(view, stage, pipeline.id)
      }}
      onOpen={(view) =>
        void navigate({ to: '/$module/$id', params: { module: 'opportunities', id: view.id } })
      }
    >
      {(view) => <OpportunityCard view={view} lookup={lookup} />}
    </Board>
  )
}

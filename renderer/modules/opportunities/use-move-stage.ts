import { useCallback } from 'react'
import type { Stage } from '#app/modules/pipelines/index.ts'
import { dayAt } from '#app/values/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { notifyFault, notifyUndo } from '#renderer/ui/feedback/notify.tsx'
import { localZone } from '#renderer/ui/format/when.ts'
import { stageChange } from './opportunity-views.ts'
import type { Opportunity } from './opportunity-views.ts'

/** Moves an opportunity to a stage; for a while it can be taken back. */
export function useMoveStage(): (view: Opportunity, stage: Stage, pipelineId: string) => Promise<void> {
  const replica = useReplica()
  return useCallback(
    async (view, stage, pipelineId) => {
      const { stageId, pipelineId: oldPipeline, stageSince, lostReason, lostNote } = view
      try {
        await replica.update(
          'opportunities',
          view.id,
          stageChange(stage, pipelineId, dayAt(Date.now(), localZone())),
          stageId === undefined ? {} : { stageId },
        )
        if (stageId === undefined || oldPipeline === undefined) return
        notifyUndo(`Moved to ${stage.name}`, async () => {
          await replica.update(
            'opportunities',
            view.id,
            {
              stageId,
              pipelineId: oldPipeline,
              stageSince: stageSince ?? null,
              lostReason: lostReason ?? null,
              lostNote: lostNote ?? null,
            },
            { stageId: stage.id },
          )
        })
      } catch (thrown) {
        notifyFault(thrown)
      }
    },
    [replica],
  )
}

import { useMemo } from 'react'
import type { Id } from '#app/kernel/index.ts'
import { orderedStages } from '#app/modules/pipelines/index.ts'
import type { Stage } from '#app/modules/pipelines/index.ts'
import type { ViewOfModule } from '#app/modules/index.ts'
import { useWholeList } from '#renderer/ui/data/use-records.ts'

export type PipelineStages = {
  readonly id: Id
  readonly name: string
  readonly stages: readonly Stage[]
}

/** The pipelines in use, each with its stages in order. */
export function usePipelines(): readonly PipelineStages[] {
  const observed = useWholeList('pipelines')
  const views = observed.state === 'here' ? observed.value : null
  return useMemo(() => (views ?? []).filter(({ active }) => active !== false).map(stagesOf), [views])
}

function stagesOf(view: ViewOfModule<'pipelines'>): PipelineStages {
  return { id: view.id, name: view.name ?? '', stages: orderedStages(view.stages ?? []) }
}

export function stageOf(pipelines: readonly PipelineStages[], stageId: Id | undefined): Stage | undefined {
  for (const { stages } of pipelines) {
    const found = stages.find(({ id }) => id === stageId)
    if (found !== undefined) return found
  }
  return undefined
}

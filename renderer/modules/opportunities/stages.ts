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

const none: readonly PipelineStages[] = []

/** The pipelines in use, each with its stages in order; none while they are read. */
export function usePipelines(): readonly PipelineStages[] {
  return usePipelinesOnceRead() ?? none
}

/** The same; null while they are read. */
export function usePipelinesOnceRead(): readonly PipelineStages[] | null {
  const observed = useWholeList('pipelines')
  const views = observed.state === 'here' ? observed.value : null
  return useMemo(() => views && views.filter(({ active }) => active !== false).map(stagesOf), [views])
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

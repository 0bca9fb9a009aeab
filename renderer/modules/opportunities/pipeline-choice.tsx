import { Select } from '@mantine/core'
import type { PipelineStages } from './stages.ts'

type PipelineChoiceProps = {
  readonly pipelines: readonly PipelineStages[]
  readonly value: string
  onChange(id: string): void
}

export function PipelineChoice({ pipelines, value, onChange }: PipelineChoiceProps) {
  return (
    <Select
      size="xs"
      aria-label="Pipeline"
      data={pipelines.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      allowDeselect={false}
      onChange={(id) => id !== null && onChange(id)}
    />
  )
}

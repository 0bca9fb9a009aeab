import { Select } from '@mantine/core'
import type { Id } from '#app/kernel/index.ts'
import type { FieldInputProps, FieldView } from '#renderer/ui/fields/field-view.ts'
import { stageOf, usePipelines } from './stages.ts'

/** Stages by pipeline. */
function StageInput({ label, value, required, errors, onChange }: FieldInputProps<Id>) {
  const pipelines = usePipelines()
  return (
    <Select
      label={label}
      value={value ?? null}
      data={pipelines.map(({ name, stages }) => ({
        group: name,
        items: stages.map((stage) => ({ value: stage.id, label: stage.name })),
      }))}
      withAsterisk={required}
      allowDeselect={false}
      placeholder="Choose"
      error={errors.own}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
    />
  )
}

function StageName({ value }: { readonly value: Id }) {
  return stageOf(usePipelines(), value)?.name ?? 'Unknown stage'
}

/** A stage of a pipeline. */
export const stageField: FieldView<Id> = {
  text: (value, lookup) => lookup('pipelines', value),
  refersTo: 'pipelines',
  filter: { by: 'codes' },
  Show: StageName,
  Input: StageInput,
}

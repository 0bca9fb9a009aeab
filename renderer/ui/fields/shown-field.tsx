import { TextInput } from '@mantine/core'
import type { FieldInputProps, FieldView } from './field-view.ts'

/** A value that people read and never type: what feeds and the server fill in. */
export function shownField<Value>(text: (value: Value) => string): FieldView<Value> {
  function ShownInput({ label, value }: FieldInputProps<Value>) {
    return (
      <TextInput label={label} value={value === undefined ? '' : text(value)} readOnly variant="filled" />
    )
  }
  return { text, Input: ShownInput }
}

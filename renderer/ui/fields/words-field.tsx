import { Badge, Group, TagsInput } from '@mantine/core'
import type { FieldInputProps, FieldView } from './field-view.ts'

function WordsInput({ label, value, required, errors, onChange }: FieldInputProps<readonly string[]>) {
  return (
    <TagsInput
      label={label}
      value={[...(value ?? [])]}
      withAsterisk={required}
      placeholder={value?.length ? '' : 'Type and press Enter'}
      error={errors.own ?? value?.map((_word, index) => errors.at(String(index))).find(Boolean)}
      onChange={onChange}
    />
  )
}

function Words({ value }: { readonly value: readonly string[] }) {
  return (
    <Group gap={4}>
      {value.map((word) => (
        <Badge key={word} variant="default" tt="none" fw={500} radius="sm">
          {word}
        </Badge>
      ))}
    </Group>
  )
}

/** A set of words: tags, specialties, languages. */
export const wordsField: FieldView<readonly string[]> = {
  text: (value) => value.join(', '),
  Show: Words,
  Input: WordsInput,
}

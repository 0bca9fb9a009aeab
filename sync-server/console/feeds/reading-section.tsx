import { Select, SimpleGrid, TagsInput, TextInput } from '@mantine/core'
import { charsetNames } from '../../hl7/parse/charset-names.ts'
import type { SettingsProps } from './draft.ts'
import { Section } from './section.tsx'

/** How messages are read. */
export function ReadingSection({ draft, problems, onChange }: SettingsProps) {
  const { authority } = draft
  const problem =
    problems.get('zone') ??
    problems.get('charset') ??
    problems.get('authority') ??
    problems.get('processingIds')
  return (
    <Section title="Reading" problem={problem}>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <TextInput
          label="Zone of bare times"
          value={draft.zone}
          onChange={(event) => onChange({ zone: event.currentTarget.value })}
        />
        <Select
          label="Character set"
          placeholder="as MSH-18 says"
          clearable
          searchable
          data={charsetNames}
          value={draft.charset}
          onChange={(charset) => onChange({ charset })}
        />
        <TagsInput
          label="Processing ids"
          placeholder={draft.processingIds.length === 0 ? 'any' : ''}
          data={['P', 'T', 'D']}
          value={[...draft.processingIds]}
          onChange={(processingIds) => onChange({ processingIds })}
        />
        <TextInput
          label="Authority of bare identifiers"
          value={authority.namespace}
          onChange={(event) =>
            onChange({ authority: { ...authority, namespace: event.currentTarget.value } })
          }
        />
        <TextInput
          label="… its universal id"
          value={authority.universalId}
          onChange={(event) =>
            onChange({ authority: { ...authority, universalId: event.currentTarget.value } })
          }
        />
        <TextInput
          label="… and that id's type"
          value={authority.universalIdType}
          onChange={(event) =>
            onChange({ authority: { ...authority, universalIdType: event.currentTarget.value } })
          }
        />
      </SimpleGrid>
    </Section>
  )
}

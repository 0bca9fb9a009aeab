import { Group, NumberInput, Stack, Switch, TextInput } from '@mantine/core'
import type { FeedPage } from '../../console-api/protocol/hl7.ts'
import { AnsweringSection } from './answering-section.tsx'
import type { SettingsProps } from './draft.ts'
import { CodesSection } from './codes-section.tsx'
import { ConfidentialitySection } from './confidentiality-section.tsx'
import { OwnershipSection } from './ownership-section.tsx'
import { ReadingSection } from './reading-section.tsx'
import { RowsEditor } from './rows-editor.tsx'
import { Section } from './section.tsx'
import { SendingSection } from './sending-section.tsx'

type FeedFormProps = SettingsProps & { readonly page: FeedPage }

/** Everything that is settled about a feed. */
export function FeedForm({ page, draft, problems, onChange }: FeedFormProps) {
  return (
    <Stack>
      <Section title="The feed" problem={problems.get('name')}>
        <Group align="end">
          <TextInput
            label="Name"
            flex={1}
            value={draft.name}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
          />
          <Switch
            label="takes messages"
            checked={draft.enabled}
            onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
            mb={8}
          />
          <NumberInput
            label="Tell people when silent for"
            suffix=" min"
            placeholder="never"
            min={1}
            allowDecimal={false}
            value={draft.quietAfter ?? ''}
            onChange={(value) => onChange({ quietAfter: value === '' ? null : Number(value) })}
          />
        </Group>
      </Section>
      <Section title="Senders: MSH-3 and MSH-4, * for any" problem={problems.get('senders')}>
        <RowsEditor
          label="Senders"
          columns={[
            { key: 'application', label: 'Application' },
            { key: 'facility', label: 'Facility' },
          ]}
          rows={draft.senders}
          blank={{ application: '*', facility: '' }}
          onChange={(senders) => onChange({ senders })}
        />
      </Section>
      <Section
        title="Sites: the first row that fits counts; where none does, a message is parked"
        problem={problems.get('sites')}
      >
        <RowsEditor
          label="Sites"
          columns={[
            { key: 'sender', label: 'Sender (MSH-4)' },
            { key: 'facility', label: 'Facility (PV1-3.4)' },
            {
              key: 'site',
              label: 'Site',
              options: page.sites.map(({ id, name }) => ({ value: id, label: name })),
            },
          ]}
          rows={draft.sites}
          blank={{ sender: '*', facility: '*', site: page.sites[0]?.id ?? '' }}
          onChange={(sites) => onChange({ sites })}
        />
      </Section>
      <ReadingSection draft={draft} problems={problems} onChange={onChange} />
      <AnsweringSection draft={draft} problems={problems} onChange={onChange} />
      <SendingSection draft={draft} problems={problems} onChange={onChange} />
      <ConfidentialitySection draft={draft} problems={problems} onChange={onChange} />
      <CodesSection draft={draft} problems={problems} onChange={onChange} />
      <OwnershipSection page={page} draft={draft} problems={problems} onChange={onChange} />
    </Stack>
  )
}

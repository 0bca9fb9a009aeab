import {
  Card,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core'
import type { ReactNode } from 'react'
import type { FeedPage } from '../../console-api/hl7-protocol.ts'
import { charsetNames } from '../../hl7/parse/charset-names.ts'
import type { Draft } from './draft.ts'
import type { OwnershipRow } from './ownership-rows.ts'
import { RowsEditor } from './rows-editor.tsx'

type FeedFormProps = {
  readonly page: FeedPage
  readonly draft: Draft
  /** What the schema says against the draft, by the first member of the path. */
  readonly problems: ReadonlyMap<string, string>
  onChange(change: Partial<Draft>): void
}

const choices = {
  acknowledge: [
    { value: 'as-asked', label: 'as MSH-15 and 16 ask' },
    { value: 'original', label: 'always original mode' },
  ],
  unsupported: [
    { value: 'refuse', label: 'refuse it' },
    { value: 'park', label: 'keep it, answer well' },
  ],
  ownFault: [
    { value: 'close', label: 'close, no answer' },
    { value: 'refuse', label: 'answer AR' },
  ],
  unreadable: [
    { value: 'close', label: 'close, no answer' },
    { value: 'refuse', label: 'answer AR' },
  ],
} as const
type Choice = keyof typeof choices

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
      <Reading draft={draft} problems={problems} onChange={onChange} />
      <Answering draft={draft} problems={problems} onChange={onChange} />
      <OwnershipSection page={page} draft={draft} problems={problems} onChange={onChange} />
    </Stack>
  )
}

type PartProps = Omit<FeedFormProps, 'page'>

function Reading({ draft, problems, onChange }: PartProps) {
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

const choiceLabels: Readonly<Record<Choice, string>> = {
  acknowledge: 'Acknowledgement',
  unsupported: 'What it does not take',
  ownFault: 'A passing fault of ours',
  unreadable: 'No readable header',
}

function Answering({ draft, problems, onChange }: PartProps) {
  return (
    <Section title="Answering" problem={problems.get('replyTo')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {(Object.keys(choices) as Choice[]).map((choice) => (
          <div key={choice}>
            <Text size="sm" fw={500}>
              {choiceLabels[choice]}
            </Text>
            <SegmentedControl
              size="xs"
              fullWidth
              aria-label={choiceLabels[choice]}
              data={[...choices[choice]]}
              value={draft[choice]}
              onChange={(value) => onChange({ [choice]: value })}
            />
          </div>
        ))}
        <TextInput
          label="Application acknowledgements go to host"
          placeholder="back on the connection"
          value={draft.replyHost}
          onChange={(event) => onChange({ replyHost: event.currentTarget.value.trim() })}
        />
        <NumberInput
          label="… and port"
          min={1}
          max={65_535}
          allowDecimal={false}
          disabled={draft.replyHost === ''}
          value={draft.replyPort ?? ''}
          onChange={(value) => onChange({ replyPort: value === '' ? null : Number(value) })}
        />
      </SimpleGrid>
    </Section>
  )
}

const owners = [
  { value: 'feed', label: 'the feed: an edit here is a request' },
  { value: 'rounds', label: 'Rounds: the feed changes nothing' },
  { value: 'shared', label: 'shared' },
]

function OwnershipSection({ page, draft, problems, onChange }: FeedFormProps) {
  const modules = Object.keys(page.modules).toSorted()
  const fields = [...new Set(['*', ...Object.values(page.modules).flat().toSorted()])]
  const blank: OwnershipRow = { module: modules[0] ?? '', field: '*', owner: 'shared' }
  return (
    <Section
      title="Who decides a field: shared, unless a row says otherwise; * for a module's other fields"
      problem={problems.get('ownership')}
    >
      <RowsEditor
        label="Ownership"
        columns={[
          { key: 'module', label: 'Module', options: modules.map((value) => ({ value, label: value })) },
          { key: 'field', label: 'Field', options: fields.map((value) => ({ value, label: value })) },
          { key: 'owner', label: 'Who', options: owners },
        ]}
        rows={draft.ownership}
        blank={blank}
        onChange={(ownership) => onChange({ ownership })}
      />
    </Section>
  )
}

type SectionProps = {
  readonly title: string
  readonly problem: string | undefined
  readonly children: ReactNode
}

function Section({ title, problem, children }: SectionProps) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Text size="sm" fw={600} mb="xs">
        {title}
      </Text>
      {children}
      {problem !== undefined && (
        <Text size="sm" c="red" mt="xs" role="alert">
          {problem}
        </Text>
      )}
    </Card>
  )
}

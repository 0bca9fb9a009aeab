import { NumberInput, SegmentedControl, SimpleGrid, Switch, Text, TextInput } from '@mantine/core'
import { useMayCall } from '../session.tsx'
import type { SettingsProps } from './draft.ts'
import { Section } from './section.tsx'

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

const choiceLabels: Readonly<Record<Choice, string>> = {
  acknowledge: 'Acknowledgement',
  unsupported: 'What it does not take',
  ownFault: 'A passing fault of ours',
  unreadable: 'No readable header',
}

/** How messages are answered, and where. */
export function AnsweringSection({ draft, problems, onChange }: SettingsProps) {
  const mayRedirect = useMayCall('hl7-open')
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
          description={mayRedirect ? null : 'for interface analysts to change'}
          disabled={!mayRedirect}
          value={draft.replyHost}
          onChange={(event) => onChange({ replyHost: event.currentTarget.value.trim() })}
        />
        <NumberInput
          label="… and port"
          min={1}
          max={65_535}
          allowDecimal={false}
          disabled={draft.replyHost === '' || !mayRedirect}
          value={draft.replyPort ?? ''}
          onChange={(value) => onChange({ replyPort: value === '' ? null : Number(value) })}
        />
        <Switch
          label="by TLS, the acknowledgements"
          description="without it only to this machine, unless the server allows plain lines"
          disabled={draft.replyHost === '' || !mayRedirect}
          checked={draft.replyTls}
          onChange={(event) => onChange({ replyTls: event.currentTarget.checked })}
        />
      </SimpleGrid>
    </Section>
  )
}

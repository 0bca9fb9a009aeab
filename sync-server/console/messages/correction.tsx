import { ActionIcon, Button, Group, Stack, Text, Textarea, Tooltip } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { Fault } from '../fault.tsx'
import { reasonWords } from '../message-words.tsx'
import { useRoute } from '../route.ts'
import { useConsoleChange } from '../session.tsx'
import { DryRunView } from './dry-run-view.tsx'
import { lineOf } from './place.ts'
import styles from './message.module.css'

type CorrectionProps = {
  readonly sequence: number
  readonly original: readonly string[]
  readonly place: string
}
/** A segment under the hands of a person; `key` stays with it while others come and go. */
type Line = { readonly key: number; readonly text: string; readonly was: string | null }

/** A copy to be put right segment by segment, tried, and applied. The message itself stays as it came. */
export function Correction({ sequence, original, place }: CorrectionProps) {
  const { go } = useRoute()
  const [lines, setLines] = useState(() => original.map((text, key): Line => ({ key, text, was: text })))
  const dryRun = useConsoleChange('hl7-dry-run')
  const correct = useConsoleChange('hl7-correct')
  const written = lines.map(({ text }) => text).filter((text) => text.trim() !== '')
  const problem = problemOf(written)
  const isSame = written.join('\n') === original.join('\n')
  const refused = correct.data?.taken === false ? correct.data.reason : null
  const change = (next: readonly Line[]) => {
    dryRun.reset()
    correct.reset()
    setLines([...next])
  }
  const apply = () =>
    correct.mutate(
      { sequence, lines: written },
      { onSuccess: (answer) => answer.taken && go('messages', String(answer.sequence)) },
    )
  return (
    <Stack gap="xs">
      <Segments lines={lines} wanted={lineOf(original, place)} onChange={change} />
      <Group gap="sm" mt="xs">
        <Button
          size="sm"
          variant="default"
          loading={dryRun.isPending}
          disabled={problem !== null}
          onClick={() => dryRun.mutate({ sequence, lines: written })}
        >
          What would change?
        </Button>
        <Button size="sm" loading={correct.isPending} disabled={problem !== null || isSame} onClick={apply}>
          Keep the copy and apply it
        </Button>
        <Text size="sm" c={problem === null ? 'dimmed' : 'red'}>
          {problem ?? (isSame ? 'Nothing is changed yet.' : 'The message itself stays as it came.')}
        </Text>
      </Group>
      <Fault fault={dryRun.error ?? correct.error} />
      {refused !== null && (
        <Text size="sm" c="red" role="alert">
          {reasonWords(refused)} The copy was not kept.
        </Text>
      )}
      {dryRun.data !== undefined && <DryRunView run={dryRun.data} />}
    </Stack>
  )
}

type SegmentsProps = {
  readonly lines: readonly Line[]
  /** The segment that the reason names. */
  readonly wanted: number
  onChange(lines: readonly Line[]): void
}

function Segments({ lines, wanted, onChange }: SegmentsProps) {
  const add = (at: number) => {
    const key = 1 + Math.max(...lines.map((line) => line.key))
    onChange(lines.toSpliced(at + 1, 0, { key, text: '', was: null }))
  }
  return lines.map((line, index) => {
    const look = line.text !== line.was ? styles.changed : line.key === wanted ? styles.wanted : ''
    return (
      <Group key={line.key} gap={4} wrap="nowrap" align="start">
        <Textarea
          aria-label={`Segment ${index + 1}`}
          className={`${styles.editor} ${look}`}
          flex={1}
          autosize
          minRows={1}
          spellCheck={false}
          value={line.text}
          onChange={(event) => {
            const text = event.currentTarget.value.replaceAll(/[\r\n]+/g, '')
            onChange(lines.with(index, { ...line, text }))
          }}
        />
        <Tooltip label="Add a segment below">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Add below segment ${index + 1}`}
            onClick={() => add(index)}
          >
            <IconPlus size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Leave this segment out">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Leave out segment ${index + 1}`}
            disabled={index === 0}
            onClick={() => onChange(lines.toSpliced(index, 1))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
    )
  })
}

/** What keeps the text from being a message at all; whether it can be applied, the server says. */
function problemOf(lines: readonly string[]): string | null {
  const [header = ''] = lines
  if (!header.startsWith('MSH')) return 'The first segment must be MSH.'
  const separator = header[3] ?? '|'
  const wrong = lines.findIndex((line) => !/^[A-Z][A-Z0-9]{2}$/.test(line.split(separator)[0] ?? ''))
  return wrong < 0 ? null : `Segment ${wrong + 1} must begin with its name and ${separator}`
}

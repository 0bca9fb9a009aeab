import { Badge, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Json } from '#app/kernel/index.ts'
import type { FeedPage, Tried } from '../../console-api/protocol/hl7.ts'
import { Fault } from '../fault.tsx'
import { DryRunView } from '../messages/dry-run-view.tsx'
import { MessageTree } from '../messages/message-tree.tsx'
import { RawMessage } from '../messages/raw-message.tsx'
import styles from '../messages/message.module.css'
import { Panel } from '../panel.tsx'
import { useConsoleChange } from '../session.tsx'

type TryMessageProps = {
  readonly feedId: FeedPage['id']
  readonly settings: Record<string, Json>
  /** The settings are not saved yet. */
  readonly isDraft: boolean
}

/** How a message would be read, mapped and answered with these settings. Nothing of it is kept. */
export function TryMessage({ feedId, settings, isDraft }: TryMessageProps) {
  const [text, setText] = useState('')
  const attempt = useConsoleChange('hl7-try')
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
  return (
    <Panel title="Try a message">
      <Stack gap="sm">
        <Textarea
          aria-label="Message"
          className={styles.editor}
          placeholder="MSH|^~\&|…"
          description={`It goes the way of a message that comes in, with ${isDraft ? 'the settings as you have changed them' : 'the settings as they are'}, and nothing of it is kept.`}
          autosize
          minRows={5}
          maxRows={14}
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            attempt.reset()
          }}
        />
        <Group>
          <Button
            size="xs"
            disabled={lines.length === 0}
            loading={attempt.isPending}
            onClick={() => attempt.mutate({ feedId, settings, lines })}
          >
            Try it
          </Button>
        </Group>
        <Fault fault={attempt.error} />
        {attempt.data !== undefined && <Outcome tried={attempt.data} />}
      </Stack>
    </Panel>
  )
}

function Outcome({
  tried: { issues, sender, encoding, tree, answers, closes, run },
}: {
  readonly tried: Tried
}) {
  const [isTreeShown, setTreeShown] = useState(false)
  if (issues.length > 0) return <Text size="sm">The settings do not fit yet: {issues[0]?.says}</Text>
  const place = run?.taken === false ? run.reason.facts['place'] : run?.ending.reason.facts['place']
  return (
    <Stack gap="sm">
      {sender === 'not of this feed' && (
        <Badge color="orange" variant="light" tt="none">
          its sender is none of this feed
        </Badge>
      )}
      <div>
        <Text size="xs" c="dimmed">
          Answered
        </Text>
        {closes && <Text size="sm">The connection would be closed without an answer.</Text>}
        {!closes && answers.length === 0 && <Text size="sm">Nothing: the sender asks for silence.</Text>}
        {answers.map((lines, index) => (
          <RawMessage key={index} lines={lines} place="" encoding={null} />
        ))}
      </div>
      {run !== null && <DryRunView run={run} />}
      <Group gap="xs">
        <Button size="compact-xs" variant="subtle" onClick={() => setTreeShown(!isTreeShown)}>
          {isTreeShown ? 'Hide the fields' : 'Show the fields'}
        </Button>
        <Text size="xs" c="dimmed">
          read as {encoding}
        </Text>
      </Group>
      {isTreeShown && <MessageTree tree={tree} place={String(place ?? '')} placeName="" />}
    </Stack>
  )
}

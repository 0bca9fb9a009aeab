import { Card, Tabs } from '@mantine/core'
import { useState } from 'react'
import type { MessageRow } from '../../console-api/protocol/hl7.ts'
import { Fault } from '../fault.tsx'
import { useConsoleOnce } from '../session.tsx'
import { Correction } from './correction.tsx'
import { Decision } from './decision.tsx'
import { MessageTree } from './message-tree.tsx'
import { RawMessage } from './raw-message.tsx'
import { Written } from './written.tsx'

type OpenedMessageProps = { readonly message: MessageRow; readonly place: string; readonly placeName: string }

/** What a message says, in several views, and what can be done with it. Opening it is written down. */
export function OpenedMessage({ message, place, placeName }: OpenedMessageProps) {
  const { sequence, state } = message
  const { data, error } = useConsoleOnce('hl7-open', { sequence })
  const isUndecided = state === 'parked' && (data?.candidates.length ?? 0) > 0
  const [tab, setTab] = useState<string | null>(null)
  if (data === undefined) return <Fault fault={error} />
  const isCorrectable = data.tree !== null && (state === 'dead' || state === 'parked')
  const first = isUndecided ? 'decide' : 'tree'
  return (
    <Card withBorder>
      <Tabs value={tab ?? first} onChange={setTab} keepMounted={false} variant="outline">
        <Tabs.List mb="sm">
          {isUndecided && <Tabs.Tab value="decide">Whose is it?</Tabs.Tab>}
          <Tabs.Tab value="tree">Fields</Tabs.Tab>
          <Tabs.Tab value="raw">As it came</Tabs.Tab>
          {isCorrectable && <Tabs.Tab value="correct">Correct a copy</Tabs.Tab>}
          {state === 'applied' && <Tabs.Tab value="written">Records</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="tree">
          <MessageTree tree={data.tree} place={place} placeName={placeName} />
        </Tabs.Panel>
        <Tabs.Panel value="raw">
          <RawMessage lines={data.lines} encoding={data.encoding} place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="correct">
          <Correction sequence={sequence} original={data.lines} place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="decide">
          <Decision sequence={sequence} candidates={data.candidates} />
        </Tabs.Panel>
        <Tabs.Panel value="written">
          <Written sequence={sequence} />
        </Tabs.Panel>
      </Tabs>
    </Card>
  )
}

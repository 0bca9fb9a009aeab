import { Group, Text } from '@mantine/core'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { Moment } from '../moment.tsx'
import { Panel } from '../panel.tsx'

const kinds = { electron: 'Rounds on this computer', browser: 'Rounds in a browser' } as const

/** The computer that is to be set up, as its person has named it there. */
export function AskingDevice({ label, host, beganAt }: ConsoleAnswer<'asking-device'>) {
  return (
    <Panel title="The computer that asks">
      <Text fw={600} size="lg">
        {label}
      </Text>
      <Group gap={4} c="dimmed">
        <Text size="sm">{kinds[host]}, asked</Text>
        <Moment at={beganAt} />
      </Group>
    </Panel>
  )
}

import { Group, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { Moment } from '../moment.tsx'

type Evictions = ConsoleAnswer<'devices'>['devices'][number]['evictions']

/** Records that left a user's reach: whether the device has said that nothing of them is left on it. */
export function DeviceEvictions({ evictions }: { readonly evictions: Evictions }) {
  const { outstanding, since, acknowledged, acknowledgedAt } = evictions
  if (outstanding + acknowledged === 0) return <Text size="sm">–</Text>
  return (
    <>
      {outstanding > 0 && (
        <Group gap={6} wrap="nowrap" c="orange.8">
          <IconAlertTriangle size={15} aria-hidden />
          <Text size="sm">{outstanding.toLocaleString()} not confirmed, since</Text>
          <Moment at={since} />
        </Group>
      )}
      {acknowledged > 0 && (
        <Group gap={6} wrap="nowrap">
          <IconCheck size={15} aria-hidden />
          <Text size="sm">{acknowledged.toLocaleString()} confirmed, the last</Text>
          <Moment at={acknowledgedAt} />
        </Group>
      )}
    </>
  )
}

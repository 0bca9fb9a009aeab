import { Button, Table, Text } from '@mantine/core'
import { useState } from 'react'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { Confirm } from '../confirm.tsx'
import { Moment } from '../moment.tsx'
import type { OwnChange } from './use-own-change.ts'

type Device = ConsoleAnswer<'own-account'>['devices'][number]

type OwnDevicesProps = {
  readonly devices: readonly Device[]
  readonly make: (change: OwnChange) => void
}

/** The computers that are set up for one: seen, and turned away. */
export function OwnDevices({ devices, make }: OwnDevicesProps) {
  const [chosen, setChosen] = useState<Device | null>(null)
  if (devices.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No computer is set up for you. You set one up by opening Rounds on it.
      </Text>
    )
  return (
    <>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {['Computer', 'Set up', 'Last seen', ''].map((heading) => (
              <Table.Th key={heading}>{heading}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {devices.map((device) => (
            <Table.Tr key={device.id}>
              <Table.Td>{device.label}</Table.Td>
              <Table.Td>
                <Moment at={device.createdAt} />
              </Table.Td>
              <Table.Td>
                <Moment at={device.lastSeenAt} />
              </Table.Td>
              <Table.Td ta="right">
                <Button size="xs" variant="default" onClick={() => setChosen(device)}>
                  Turn away
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Confirm
        opened={chosen !== null}
        title={`Turn ${chosen?.label ?? ''} away?`}
        says="The server refuses it at once, and it can't come back; you would set it up again. What it has not sent stays encrypted on it. If it was lost or stolen, tell your administrator, too."
        action="Turn away"
        onConfirm={() => {
          if (chosen !== null) make((ask, shown) => ask('revoke-own-device', { id: chosen.id, ...shown }))
        }}
        onClose={() => setChosen(null)}
      />
    </>
  )
}

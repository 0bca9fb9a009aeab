import { Badge, Button, Group, Table, Text } from '@mantine/core'
import { useState } from 'react'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { Confirm } from '../confirm.tsx'
import { Fault } from '../fault.tsx'
import { LeaseSetting } from '../lease-setting.tsx'
import { Moment } from '../moment.tsx'
import { useConsole, useConsoleChange } from '../session.tsx'
import { DeviceEvictions } from './device-evictions.tsx'

type Device = ConsoleAnswer<'devices'>['devices'][number]

export function Devices() {
  const { data, error } = useConsole('devices', {})
  const users = useConsole('users', {})
  const revoke = useConsoleChange('revoke-device')
  const wipe = useConsoleChange('wipe-device')
  const letGoOn = useConsoleChange('let-copy-go-on')
  const [chosen, setChosen] = useState<Device | null>(null)
  const [wiping, setWiping] = useState<Device | null>(null)
  const [copied, setCopied] = useState<Device | null>(null)
  const logins = new Map(users.data?.users.map((user) => [user.id, user.login]))
  if (data === undefined) return <Fault fault={error} />
  return (
    <>
      <Fault fault={revoke.error ?? wipe.error ?? letGoOn.error ?? error} />
      <LeaseSetting />
      {data.devices.length === 0 && (
        <Text>No device is enrolled yet. A user enrols one by opening Rounds.</Text>
      )}
      <Table stickyHeader highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {['Device', 'User', 'Host', 'Enrolled', 'Last seen', 'Taken back', 'State'].map((label) => (
              <Table.Th key={label}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.devices.map((device) => (
            <Table.Tr key={device.id}>
              <Table.Td>{device.label}</Table.Td>
              <Table.Td>{logins.get(device.userId) ?? device.userId}</Table.Td>
              <Table.Td>{device.host}</Table.Td>
              <Table.Td>
                <Moment at={device.createdAt} />
              </Table.Td>
              <Table.Td>
                <Moment at={device.lastSeenAt} />
              </Table.Td>
              <Table.Td>
                <DeviceEvictions evictions={device.evictions} />
              </Table.Td>
              <Table.Td>
                <DeviceState device={device} onRevoke={setChosen} onWipe={setWiping} onLetGoOn={setCopied} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Confirm
        opened={chosen !== null}
        title={`Revoke ${chosen?.label ?? ''}?`}
        says="It is disconnected at once and can not come back; its user enrols again. What it has not sent stays encrypted on it."
        action="Revoke"
        onConfirm={() => chosen !== null && revoke.mutate({ id: chosen.id })}
        onClose={() => setChosen(null)}
      />
      <Confirm
        opened={copied !== null}
        title={`Let one copy of ${copied?.label ?? ''} go on?`}
        says="The copy that comes next goes on and is made whole; the other is turned away. Ask its user first to close the one that is to stop. If nobody there made a copy, revoke the device."
        action="Let it go on"
        onConfirm={() => copied !== null && letGoOn.mutate({ id: copied.id })}
        onClose={() => setCopied(null)}
      />
      <Confirm
        opened={wiping !== null}
        title={`Wipe ${wiping?.label ?? ''}?`}
        says="At its next contact the device destroys its keys and its copy, and says so here. Work that it has not sent is lost. This can not be taken back."
        action="Wipe"
        onConfirm={() => wiping !== null && wipe.mutate({ id: wiping.id })}
        onClose={() => setWiping(null)}
      />
    </>
  )
}

type DeviceStateProps = {
  readonly device: Device
  onRevoke(device: Device): void
  onWipe(device: Device): void
  onLetGoOn(device: Device): void
}

/** What became of a device, and what can still be done about it. */
function DeviceState({ device, onRevoke, onWipe, onLetGoOn }: DeviceStateProps) {
  return (
    <Group gap="xs">
      {device.wipedAt !== null && <State word="wiped" />}
      {device.wipedAt === null && device.wipeOrderedAt !== null && <State word="wipe ordered" />}
      {device.wipeOrderedAt === null && device.revokedAt !== null && <State word="revoked" />}
      {device.olderCopyAt !== null && (
        <Badge color="orange" variant="light" tt="none">
          older copy put back <Moment at={device.olderCopyAt} />
        </Badge>
      )}
      {device.copiedAt !== null && <State word="two copies in use" />}
      {device.copiedAt !== null && device.wipeOrderedAt === null && device.revokedAt === null && (
        <Button size="xs" variant="default" onClick={() => onLetGoOn(device)}>
          Let one go on
        </Button>
      )}
      {device.wipeOrderedAt === null && device.revokedAt === null && (
        <Button size="xs" variant="default" onClick={() => onRevoke(device)}>
          Revoke
        </Button>
      )}
      {device.wipeOrderedAt === null && (
        <Button size="xs" variant="default" onClick={() => onWipe(device)}>
          Wipe
        </Button>
      )}
    </Group>
  )
}

function State({ word }: { readonly word: string }) {
  return (
    <Badge color="red" variant="light" tt="none">
      {word}
    </Badge>
  )
}

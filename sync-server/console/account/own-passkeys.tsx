import { startRegistration } from '@simplewebauthn/browser'
import { Button, Group, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Fault } from '../fault.tsx'
import { Moment } from '../moment.tsx'
import { useConsole } from '../session.tsx'
import type { OwnChange } from './use-own-change.ts'

type OwnPasskeysProps = { readonly isBusy: boolean; readonly make: (change: OwnChange) => void }

/** One's own passkeys: added, seen, removed. */
export function OwnPasskeys({ isBusy, make }: OwnPasskeysProps) {
  const [label, setLabel] = useState('')
  const add: OwnChange = async (ask, shown) => {
    const response = await startRegistration({ optionsJSON: await ask('passkey-options', shown) })
    await ask('add-passkey', { label, response })
    setLabel('')
  }
  return (
    <>
      <Text size="sm" c="dimmed">
        Beside your password, a passkey of this computer, of your telephone or of a security key lets you in
        here, and sets up a computer for you. From the first one on you are asked for it, or for the code of
        your authenticator.
      </Text>
      <Held onRemove={(id) => make((ask, shown) => ask('remove-passkey', { id, ...shown }))} />
      <Group align="end">
        <TextInput
          label="What you call it"
          value={label}
          maxLength={64}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Button disabled={label.trim() === ''} loading={isBusy} onClick={() => make(add)}>
          Add a passkey
        </Button>
      </Group>
    </>
  )
}

function Held({ onRemove }: { readonly onRemove: (id: string) => void }) {
  const { data, error } = useConsole('passkeys', {})
  if (data === undefined || data.passkeys.length === 0) return <Fault fault={error} />
  return (
    <>
      <Fault fault={error} />
      <Table>
        <Table.Tbody>
          {data.passkeys.map(({ id, label, lastUsedAt, createdAt }) => (
            <Table.Tr key={id}>
              <Table.Td>{label}</Table.Td>
              <Table.Td>
                <Moment at={lastUsedAt ?? createdAt} />
              </Table.Td>
              <Table.Td ta="right">
                <Button size="xs" variant="default" onClick={() => onRemove(id)}>
                  Remove
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}

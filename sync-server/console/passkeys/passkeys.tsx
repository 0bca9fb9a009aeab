import { startRegistration } from '@simplewebauthn/browser'
import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Fault } from '../fault.tsx'
import { Moment } from '../moment.tsx'
import { useAsk, useConsole, useConsoleChange } from '../session.tsx'
import { isGivenUp } from './use-passkey.ts'

/** One's own passkeys: added, seen, removed. */
export function Passkeys() {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setOpened(true)}>
        Passkeys
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="Your passkeys" centered size="lg">
        <Stack>
          <Text size="sm" c="dimmed">
            Beside your password, a passkey of this computer, of your telephone or of a security key lets you
            in at the console. From the first one on you are asked for it, or for the code of your
            authenticator.
          </Text>
          <Held />
          <AddPasskey />
        </Stack>
      </Modal>
    </>
  )
}

function Held() {
  const { data, error } = useConsole('passkeys', {})
  const remove = useConsoleChange('remove-passkey')
  if (data === undefined || data.passkeys.length === 0) return <Fault fault={error} />
  return (
    <>
      <Fault fault={error ?? remove.error} />
      <Table>
        <Table.Tbody>
          {data.passkeys.map(({ id, label, lastUsedAt, createdAt }) => (
            <Table.Tr key={id}>
              <Table.Td>{label}</Table.Td>
              <Table.Td>
                <Moment at={lastUsedAt ?? createdAt} />
              </Table.Td>
              <Table.Td ta="right">
                <Button size="xs" variant="default" onClick={() => remove.mutate({ id })}>
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

function AddPasskey() {
  const ask = useAsk()
  const queries = useQueryClient()
  const [label, setLabel] = useState('')
  const add = useMutation({
    mutationFn: async () => {
      const response = await startRegistration({ optionsJSON: await ask('passkey-options', {}) })
      await ask('add-passkey', { label, response })
    },
    onSuccess: () => setLabel(''),
    onSettled: () => queries.invalidateQueries(),
  })
  return (
    <>
      {isGivenUp(add.error) ? (
        <Text size="sm" c="dimmed" role="status">
          Nothing was added.
        </Text>
      ) : (
        <Fault fault={add.error} />
      )}
      <Group align="end">
        <TextInput
          label="What you call it"
          value={label}
          maxLength={64}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Button disabled={label.trim() === ''} loading={add.isPending} onClick={() => add.mutate()}>
          Add a passkey
        </Button>
      </Group>
    </>
  )
}

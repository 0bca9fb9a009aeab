import { startRegistration } from '@simplewebauthn/browser'
import type { AuthenticationResponseJSON } from '@simplewebauthn/browser'
import { Button, Group, Modal, PasswordInput, Stack, Table, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { codeOf } from '#app/kernel/index.ts'
import { Fault } from '../fault.tsx'
import { Moment } from '../moment.tsx'
import { useAsk, useConsole } from '../session.tsx'
import { SecondFactor } from './second-factor.tsx'
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
          <OwnPasskeys />
        </Stack>
      </Modal>
    </>
  )
}

type Wanted = { readonly add: string } | { readonly remove: string }

/** What is to become of them, and who they are, shown again: for the factor it is asked when the server wants one. */
function OwnPasskeys() {
  const ask = useAsk()
  const queries = useQueryClient()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [label, setLabel] = useState('')
  const change = useMutation({
    mutationFn: async ({ wanted, passkey }: Change) => {
      const shown = { password, ...(code === '' ? {} : { code }), ...(passkey && { passkey }) }
      if ('remove' in wanted) await ask('remove-passkey', { id: wanted.remove, ...shown })
      else {
        const response = await startRegistration({ optionsJSON: await ask('passkey-options', shown) })
        await ask('add-passkey', { label: wanted.add, response })
      }
    },
    onSuccess(_, { wanted }) {
      // They were for this one change: nothing waits in the open window for whoever comes next.
      setPassword('')
      setCode('')
      if ('add' in wanted) setLabel('')
    },
    onSettled: () => queries.invalidateQueries(),
  })
  const { error, variables } = change
  const wantsFactor = code !== '' || (error !== null && codeOf(error) === 'access.second-factor')
  return (
    <>
      <Held onRemove={(id) => change.mutate({ wanted: { remove: id } })} />
      <PasswordInput
        label="Your password"
        description="Asked for again before anything is added or removed."
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="current-password"
      />
      {wantsFactor && variables !== undefined && (
        <SecondFactor
          code={code}
          onCode={setCode}
          onPasskey={(passkey) => change.mutate({ ...variables, passkey })}
        />
      )}
      <AddPasskey
        label={label}
        onLabel={setLabel}
        isBusy={change.isPending}
        onAdd={() => change.mutate({ wanted: { add: label } })}
      />
      {isGivenUp(error) ? (
        <Text size="sm" c="dimmed" role="status">
          Nothing was added.
        </Text>
      ) : (
        <Fault fault={error} />
      )}
    </>
  )
}

type Change = { readonly wanted: Wanted; readonly passkey?: AuthenticationResponseJSON }

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

type AddPasskeyProps = {
  readonly label: string
  readonly onLabel: (label: string) => void
  readonly isBusy: boolean
  readonly onAdd: () => void
}

function AddPasskey({ label, onLabel, isBusy, onAdd }: AddPasskeyProps) {
  return (
    <Group align="end">
      <TextInput
        label="What you call it"
        value={label}
        maxLength={64}
        onChange={(event) => onLabel(event.currentTarget.value)}
      />
      <Button disabled={label.trim() === ''} loading={isBusy} onClick={onAdd}>
        Add a passkey
      </Button>
    </Group>
  )
}

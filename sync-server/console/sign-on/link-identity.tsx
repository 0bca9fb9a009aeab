import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { Fault } from '../fault.tsx'
import { useConsole, useConsoleChange } from '../session.tsx'

type User = Pick<ConsoleAnswer<'users'>['users'][number], 'id' | 'name' | 'isLinked'>

/** Links a user to who they are at the provider of single sign-on; nothing where there is none. */
export function LinkIdentity({ user }: { readonly user: User }) {
  const { data } = useConsole('sign-on-name', {})
  const [opened, setOpened] = useState(false)
  if (data === undefined || data.name === null) return null
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpened(true)}>
        {user.isLinked ? 'Linked' : 'Link'}
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={`${user.name} at ${data.name}`} centered>
        <Link user={user} onDone={() => setOpened(false)} />
      </Modal>
    </>
  )
}

function Link({ user: { id, isLinked }, onDone }: { readonly user: User; readonly onDone: () => void }) {
  const link = useConsoleChange('link-identity')
  const unlink = useConsoleChange('unlink-identity')
  const [subject, setSubject] = useState('')
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        The subject is what the provider calls this person for good (often a long number): not a name and not
        an address, which somebody else may be given one day.
      </Text>
      <TextInput
        label="Subject"
        value={subject}
        onChange={(event) => setSubject(event.currentTarget.value)}
        autoComplete="off"
      />
      <Fault fault={link.error ?? unlink.error} />
      <Group justify="flex-end">
        {isLinked && (
          <Button variant="default" onClick={() => unlink.mutate({ id }, { onSuccess: onDone })}>
            Unlink
          </Button>
        )}
        <Button
          disabled={subject.trim() === ''}
          loading={link.isPending}
          onClick={() => link.mutate({ id, subject }, { onSuccess: onDone })}
        >
          Link
        </Button>
      </Group>
    </Stack>
  )
}

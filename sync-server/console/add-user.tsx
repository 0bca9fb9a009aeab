import { Button, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { newUserSchema } from '../console-api/protocol/passwords.ts'
import { Fault } from './fault.tsx'
import { InvitationCode } from './invitation-code.tsx'
import { useConsoleChange } from './session.tsx'

/** A new user, and the invitation by which they set a password of their own. */
export function AddUser() {
  const add = useConsoleChange('add-user')
  const [opened, setOpened] = useState(false)
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const request = newUserSchema.safeParse({ login, name })
  const close = () => {
    add.reset()
    setLogin('')
    setName('')
    setOpened(false)
  }
  return (
    <>
      <Button size="xs" onClick={() => setOpened(true)}>
        Add a user
      </Button>
      <Modal opened={opened} onClose={close} title="Add a user" centered>
        {add.data === undefined ? (
          <Stack>
            <TextInput
              label="Login"
              description="Letters, digits, and . _ @ -"
              value={login}
              onChange={(event) => setLogin(event.currentTarget.value)}
              autoComplete="off"
            />
            <TextInput
              label="Name"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              autoComplete="off"
            />
            <Text size="sm" c="dimmed">
              They set their password themselves, by the invitation that you are about to see. What they may
              see is for two people to decide: propose it on the page of grants.
            </Text>
            <Fault fault={add.error} />
            <Button
              disabled={!request.success}
              loading={add.isPending}
              onClick={() => request.success && add.mutate(request.data)}
            >
              Add and invite
            </Button>
          </Stack>
        ) : (
          <InvitationCode name={add.data.user.name} {...add.data.invitation} />
        )}
      </Modal>
    </>
  )
}

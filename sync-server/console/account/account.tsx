import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Fault } from '../fault.tsx'
import { Panel } from '../panel.tsx'
import { SecondFactor } from '../passkeys/second-factor.tsx'
import { isGivenUp } from '../passkeys/use-passkey.ts'
import { useConsole } from '../session.tsx'
import { starts } from '../sign-on/sign-on.tsx'
import { OwnDevices } from './own-devices.tsx'
import { OwnPasskeys } from './own-passkeys.tsx'
import { OwnSessions } from './own-sessions.tsx'
import { useOwnChange } from './use-own-change.ts'

/** One's own account beside the pages of one's role. */
export function AccountButton() {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button variant="default" size="xs" onClick={() => setOpened(true)}>
        Your account
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="Your account" centered size="lg">
        <Account />
      </Modal>
    </>
  )
}

/** For who has no password here: a page that somebody left open changes nothing. */
function SignOnAgain() {
  return (
    <Alert title="To change something here, sign in by your organisation again">
      <Group justify="space-between">
        <Text size="sm">For five minutes after it you may.</Text>
        <Button component="a" href={starts.console} variant="default" size="xs">
          Sign in again
        </Button>
      </Group>
    </Alert>
  )
}

/** How one comes in, and where one is: passkeys, computers, sessions. */
export function Account() {
  const { data, error } = useConsole('own-account', {})
  const own = useOwnChange()
  return (
    <Stack>
      {data?.shows === 'password' && (
        <PasswordInput
          label="Your password"
          description="Asked for again before anything here is changed."
          value={own.password}
          onChange={(event) => own.setPassword(event.currentTarget.value)}
          autoComplete="current-password"
        />
      )}
      {data?.shows === 'sign-on' && <SignOnAgain />}
      {own.wantsFactor && <SecondFactor code={own.code} onCode={own.setCode} onPasskey={own.repeatWith} />}
      {isGivenUp(own.error) ? (
        <Text size="sm" c="dimmed" role="status">
          Nothing was added.
        </Text>
      ) : (
        <Fault fault={own.error ?? error} />
      )}
      <Panel title="Passkeys">
        <Stack gap="sm">
          <OwnPasskeys isBusy={own.isPending} make={own.make} />
        </Stack>
      </Panel>
      {data !== undefined && (
        <>
          <Panel title="Your computers">
            <OwnDevices devices={data.devices} make={own.make} />
          </Panel>
          <Panel title="Where you are signed in here">
            <OwnSessions sessions={data.sessions} make={own.make} />
          </Panel>
        </>
      )}
    </Stack>
  )
}

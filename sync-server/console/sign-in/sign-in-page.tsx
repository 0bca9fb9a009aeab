import { Container, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AppError } from '#app/kernel/index.ts'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { call } from '../call.ts'
import { CredentialsForm } from '../credentials-form.tsx'
import { Fault } from '../fault.tsx'
import { SignOn } from '../sign-on/sign-on.tsx'
import { AskingDevice } from './asking-device.tsx'
import { CodeToType } from './code-to-type.tsx'
import { useAskingPage } from './use-asking-page.ts'

/** Where a person who sets a computer up shows who they are: with a passkey, an authenticator, or their organisation's sign-on. */
export function SignInPage() {
  const page = useAskingPage()
  return (
    <Container size={460} py={64}>
      <Title order={2} mb="lg">
        Sign a computer in
      </Title>
      <Paper withBorder p="lg">
        {page === null ? (
          <Fault fault={new AppError('access.sign-in-over')} />
        ) : (
          <SignDeviceIn key={page} page={page} />
        )}
      </Paper>
    </Container>
  )
}

type Told = ConsoleAnswer<'sign-device-in'>

function SignDeviceIn({ page }: { readonly page: string }) {
  const [told, setTold] = useState<Told | null>(null)
  const asking = useQuery({
    queryKey: ['asking-device', page],
    queryFn: () => call('asking-device', { page }, null),
    // Once somebody has signed in here, it asks no more.
    staleTime: 'static',
    retry: false,
  })
  if (asking.data === undefined) return <Fault fault={asking.error} />
  if (told !== null) return <CodeToType {...told} label={asking.data.label} />
  return (
    <Stack>
      <AskingDevice {...asking.data} />
      <Text size="sm">
        Go on only if you are setting this computer up yourself, now. If somebody sent you here, close this
        page.
      </Text>
      <Ways page={page} onTold={setTold} />
    </Stack>
  )
}

function Ways({ page, onTold }: { readonly page: string; readonly onTold: (told: Told) => void }) {
  const [login, setLogin] = useState('')
  return (
    <>
      <CredentialsForm
        login={login}
        onLogin={setLogin}
        send={(credentials) => call('sign-device-in', { page, ...credentials }, null)}
        onSigned={onTold}
      />
      <SignOn place="device" send={() => call('sign-device-on', { page }, null)} onSigned={onTold} />
    </>
  )
}

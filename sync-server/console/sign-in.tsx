import { Anchor, Container, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { ConsoleAnswer } from '../console-api/protocol/console.ts'
import { call } from './call.ts'
import { CredentialsForm } from './credentials-form.tsx'
import { OwnPassword } from './own-password.tsx'
import { SignOn } from './sign-on/sign-on.tsx'

export type Signed = Pick<ConsoleAnswer<'sign-in'>, 'token' | 'name' | 'roles'>

type Way = 'sign-in' | 'first-password' | 'change-password'

/** Signing in, and what people do without a session: set their first password, and change it. */
export function SignIn({ onSigned }: { readonly onSigned: (session: Signed) => void }) {
  const [way, setWay] = useState<Way>('sign-in')
  const [login, setLogin] = useState('')
  const [told, setTold] = useState('')
  const back = (news = '') => {
    setTold(news)
    setWay('sign-in')
  }
  return (
    <Container size={420} py={96}>
      <Title order={2}>Rounds console</Title>
      <Text c="dimmed" mb="lg">
        For those who look after the server and its interfaces, and for everybody’s own account.
      </Text>
      <Paper withBorder p="lg">
        {way === 'sign-in' ? (
          <Stack>
            {told !== '' && (
              <Text size="sm" c="teal" role="status">
                {told}
              </Text>
            )}
            <CredentialsForm
              login={login}
              onLogin={setLogin}
              send={(credentials) => call('sign-in', credentials, null)}
              onSigned={({ token, name, roles }) => onSigned({ token, name, roles })}
            />
            <SignOn place="console" send={() => call('sign-on', {}, null)} onSigned={onSigned} />
            <Group justify="space-between">
              <Anchor component="button" type="button" size="sm" onClick={() => setWay('first-password')}>
                I was invited
              </Anchor>
              <Anchor component="button" type="button" size="sm" onClick={() => setWay('change-password')}>
                Change my password
              </Anchor>
            </Group>
          </Stack>
        ) : (
          <OwnPassword way={way} login={login} onLogin={setLogin} onBack={back} />
        )}
      </Paper>
    </Container>
  )
}

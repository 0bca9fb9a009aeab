import { Anchor, Button, Container, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { codeOf } from '#app/kernel/index.ts'
import type { SubmitEvent } from 'react'
import type { ConsoleAnswer, ConsoleRequest } from '../console-api/protocol/console.ts'
import { call } from './call.ts'
import { Fault } from './fault.tsx'
import { OwnPassword } from './own-password.tsx'
import { FirstFactor } from './passkeys/first-factor.tsx'
import { SecondFactor } from './passkeys/second-factor.tsx'
import { LoginInput } from './sign-in-fields.tsx'
import { SignOn } from './sign-on/sign-on.tsx'

export type Signed = Pick<ConsoleAnswer<'sign-in'>, 'token' | 'name' | 'roles'>

type ShownFactor = Pick<ConsoleRequest<'sign-in'>, 'code' | 'passkey'>

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
        For those who look after the server and its interfaces.
      </Text>
      <Paper withBorder p="lg">
        {way === 'sign-in' ? (
          <Stack>
            {told !== '' && (
              <Text size="sm" c="teal" role="status">
                {told}
              </Text>
            )}
            <SignInForm login={login} onLogin={setLogin} onSigned={onSigned} />
            <SignOn onSigned={onSigned} />
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

type FormProps = {
  readonly login: string
  readonly onLogin: (login: string) => void
  readonly onSigned: (session: Signed) => void
}

/** What is asked for beside the password: nothing yet, what the person has, or what they are to get first. */
type AskedFactor = 'none' | 'known' | 'first'

function askedAfter(before: AskedFactor, code: string): AskedFactor {
  if (code === 'access.factor-needed') return 'first'
  return code === 'access.second-factor' && before === 'none' ? 'known' : before
}

function SignInForm({ login, onLogin, onSigned }: FormProps) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [asked, setAsked] = useState<AskedFactor>('none')
  const signIn = useMutation({
    mutationFn: (shown: ShownFactor) => call('sign-in', { login, password, ...shown }, null),
    onSuccess: ({ token, name, roles }) => onSigned({ token, name, roles }),
    onError: (fault) => setAsked((before) => askedAfter(before, codeOf(fault))),
  })
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    signIn.mutate(code === '' ? {} : { code })
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <LoginInput value={login} onChange={onLogin} />
        <PasswordInput
          label="Password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          required
        />
        {asked === 'known' && (
          <SecondFactor code={code} onCode={setCode} onPasskey={(passkey) => signIn.mutate({ passkey })} />
        )}
        <Fault fault={signIn.error} />
        {asked === 'first' && <FirstFactor login={login} password={password} code={code} onCode={setCode} />}
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  )
}

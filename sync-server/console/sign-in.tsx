import { Button, Container, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { codeOf } from '#app/kernel/index.ts'
import type { SubmitEvent } from 'react'
import type { ConsoleAnswer } from '../console-api/console-protocol.ts'
import { call } from './call.ts'
import { Fault } from './fault.tsx'

export type Signed = Pick<ConsoleAnswer<'sign-in'>, 'token' | 'name' | 'roles'>

export function SignIn({ onSigned }: { readonly onSigned: (session: Signed) => void }) {
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const signIn = useMutation({
    mutationFn: () => call('sign-in', { login, password, ...(code === '' ? {} : { code }) }, null),
    onSuccess: ({ token, name, roles }) => onSigned({ token, name, roles }),
  })
  const wantsCode = code !== '' || (signIn.error !== null && codeOf(signIn.error) === 'access.second-factor')
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <Container size={420} py={96}>
      <Title order={2}>Rounds console</Title>
      <Text c="dimmed" mb="lg">
        For those who look after the server and its interfaces.
      </Text>
      <Paper withBorder p="lg">
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label="Login"
              value={login}
              onChange={(event) => setLogin(event.currentTarget.value)}
              autoComplete="username"
              required
              data-autofocus
            />
            <PasswordInput
              label="Password"
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoComplete="current-password"
              required
            />
            {wantsCode && (
              <TextInput
                label="Code"
                description="Six digits, from your authenticator."
                value={code}
                onChange={(event) => setCode(event.currentTarget.value.replaceAll(/\D/g, ''))}
                inputMode="numeric"
                maxLength={6}
                autoComplete="one-time-code"
              />
            )}
            <Fault fault={signIn.error} />
            <Button type="submit" loading={signIn.isPending}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Container>
  )
}

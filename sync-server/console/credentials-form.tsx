import { Button, PasswordInput, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { codeOf } from '#app/kernel/index.ts'
import type { ConsoleRequest } from '../console-api/protocol/console.ts'
import { Fault } from './fault.tsx'
import { FirstFactor } from './passkeys/first-factor.tsx'
import { SecondFactor } from './passkeys/second-factor.tsx'
import { LoginInput } from './sign-in-fields.tsx'

/** Login, password, and what is shown beside them. */
export type Credentials = ConsoleRequest<'sign-in'>
type ShownFactor = Pick<Credentials, 'code' | 'passkey'>

type CredentialsFormProps<Answer> = {
  readonly login: string
  readonly onLogin: (login: string) => void
  readonly send: (credentials: Credentials) => Promise<Answer>
  readonly onSigned: (answer: Answer) => void
}

/** What is asked for beside the password: nothing yet, what the person has, or what they are to get first. */
type AskedFactor = 'none' | 'known' | 'first'

function askedAfter(before: AskedFactor, code: string): AskedFactor {
  if (code === 'access.factor-needed') return 'first'
  return code === 'access.second-factor' && before === 'none' ? 'known' : before
}

/** By the password, and by whatever else the server asks for once it knows who it is. */
export function CredentialsForm<Answer>({ login, onLogin, send, onSigned }: CredentialsFormProps<Answer>) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [asked, setAsked] = useState<AskedFactor>('none')
  const signIn = useMutation({
    mutationFn: (shown: ShownFactor) => send({ login, password, ...shown }),
    onSuccess: onSigned,
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

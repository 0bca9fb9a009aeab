import { Anchor, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { codeOf } from '#app/kernel/index.ts'
import type { ConsoleRequest } from '../console-api/protocol/console.ts'
import { call } from './call.ts'
import { Fault } from './fault.tsx'
import { SecondFactor } from './passkeys/second-factor.tsx'
import { LoginInput } from './sign-in-fields.tsx'

type ShownFactor = Pick<ConsoleRequest<'sign-in'>, 'code' | 'passkey'>

type Way = 'first-password' | 'change-password'

type OwnPasswordProps = {
  readonly way: Way
  readonly login: string
  readonly onLogin: (login: string) => void
  readonly onBack: (news?: string) => void
}

const words: Record<Way, { readonly title: string; readonly shown: string; readonly done: string }> = {
  'first-password': {
    title: 'Set your password',
    shown: 'Invitation',
    done: 'Your password is set. The invitation still serves for your first device.',
  },
  'change-password': {
    title: 'Change your password',
    shown: 'Present password',
    done: 'Your password is changed. Your devices stay as they are.',
  },
}

type Draft = {
  readonly shown: string
  readonly code: string
  readonly password: string
  readonly repeated: string
}

function keepPassword(way: Way, login: string, { shown, password }: Draft, factor: ShownFactor) {
  const asked = { login, password, ...factor }
  return way === 'first-password'
    ? call('set-password', { ...asked, invitation: shown }, null)
    : call('change-password', { ...asked, current: shown }, null)
}

/** A person sets a password of their own: the first by an invitation, another by the one they have. */
export function OwnPassword({ way, login, onLogin, onBack }: OwnPasswordProps) {
  const [draft, setDraft] = useState<Draft>({ shown: '', code: '', password: '', repeated: '' })
  const set = (change: Partial<Draft>) => setDraft((held) => ({ ...held, ...change }))
  const { title, shown, done } = words[way]
  const keep = useMutation({
    mutationFn: (factor: ShownFactor) => keepPassword(way, login, draft, factor),
    onSuccess: () => onBack(done),
  })
  const wantsFactor =
    draft.code !== '' || (keep.error !== null && codeOf(keep.error) === 'access.second-factor')
  const differs = draft.repeated !== '' && draft.repeated !== draft.password
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!differs) keep.mutate(draft.code === '' ? {} : { code: draft.code })
  }
  const Shown = way === 'first-password' ? TextInput : PasswordInput
  return (
    <form onSubmit={submit}>
      <Stack>
        <Title order={4}>{title}</Title>
        <LoginInput value={login} onChange={onLogin} />
        <Shown
          label={shown}
          value={draft.shown}
          onChange={(event) => set({ shown: event.currentTarget.value })}
          autoComplete={way === 'first-password' ? 'off' : 'current-password'}
          required
        />
        <NewPassword draft={draft} onChange={set} differs={differs} />
        {wantsFactor && (
          <SecondFactor
            code={draft.code}
            onCode={(code) => set({ code })}
            onPasskey={(passkey) => keep.mutate({ passkey })}
          />
        )}
        <Fault fault={keep.error} />
        <Button type="submit" loading={keep.isPending} disabled={differs}>
          {title}
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={() => onBack()}>
          Back to signing in
        </Anchor>
      </Stack>
    </form>
  )
}

type NewPasswordProps = {
  readonly draft: Draft
  readonly onChange: (change: Partial<Draft>) => void
  readonly differs: boolean
}

function NewPassword({ draft, onChange, differs }: NewPasswordProps) {
  return (
    <>
      <PasswordInput
        label="New password"
        value={draft.password}
        onChange={(event) => onChange({ password: event.currentTarget.value })}
        autoComplete="new-password"
        required
      />
      <Text size="xs" c="dimmed">
        Twelve characters or more: several words are easy to remember and hard to guess.
      </Text>
      <PasswordInput
        label="The same once more"
        value={draft.repeated}
        onChange={(event) => onChange({ repeated: event.currentTarget.value })}
        autoComplete="new-password"
        error={differs ? 'These are not the same.' : undefined}
        required
      />
    </>
  )
}

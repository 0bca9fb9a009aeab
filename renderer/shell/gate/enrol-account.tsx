import { Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { FormEvent } from 'react'
import type { HostInfo } from '#app/host/index.ts'
import type { EnrolInput } from '#renderer/replica/contract.ts'
import type { EnrolWay } from './enrol-steps.ts'

export type AccountInput = Omit<EnrolInput, 'passphrase' | 'invited'>

type EnrolAccountProps = {
  readonly info: HostInfo
  readonly value: AccountInput
  /** The server is being asked. */
  readonly busy: boolean
  /** The server has a page where people can show who they are in their browser. */
  readonly offersBrowser: boolean
  onChange(value: AccountInput): void
  onServer(): void
  onNext(way: EnrolWay): void
}

/** First step of enrolment: server, user and device. Nothing of it is sent yet. */
export function EnrolAccount(props: EnrolAccountProps) {
  const { info, value, busy, offersBrowser, onChange, onServer, onNext } = props
  const login = useRef<HTMLInputElement>(null)
  useEffect(() => login.current?.focus(), [])
  const complete = value.login !== '' && value.password !== '' && value.deviceLabel !== ''

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (complete && !busy) onNext('password')
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Server"
          value={value.serverUrl}
          placeholder={window.location.host}
          // A page may talk to the server it came from and to no other; the policy of the page sees to it.
          readOnly={info.kind === 'browser'}
          onChange={(event) => onChange({ ...value, serverUrl: event.currentTarget.value.trim() })}
          onBlur={onServer}
        />
        <TextInput
          ref={login}
          label="User name"
          value={value.login}
          autoComplete="username"
          spellCheck={false}
          autoCapitalize="none"
          onChange={(event) => onChange({ ...value, login: event.currentTarget.value.trim() })}
        />
        <PasswordInput
          label="Password"
          description="Needed this once. It is not kept on this computer."
          value={value.password}
          autoComplete="off"
          onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
        />
        <TextInput
          label="Name of this computer"
          description="Your administrator sees it in the list of devices."
          value={value.deviceLabel}
          maxLength={64}
          onChange={(event) => onChange({ ...value, deviceLabel: event.currentTarget.value })}
        />
        <Button type="submit" disabled={!complete} loading={busy} mt="xs">
          Continue
        </Button>
        {offersBrowser && (
          <>
            <Divider label="or, with a passkey or your organisation’s sign-on" />
            <Button
              variant="default"
              disabled={value.deviceLabel === '' || busy}
              onClick={() => onNext('browser')}
            >
              Sign in with your browser
            </Button>
          </>
        )}
      </Stack>
    </form>
  )
}

import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import type { BrowserIntroduction } from '#renderer/replica/contract.ts'
import { useHost } from '#renderer/ui/data/host-context.tsx'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { SignInSteps } from '#renderer/ui/sign-in/sign-in-steps.tsx'
import classes from './sync-centre.module.css'

type Typed = {
  readonly password: string
  readonly deviceLabel: string
  readonly invitation: string
  /** Of the authenticator, or of the page where its person signs in. */
  readonly code: string
}

/** For a server that has forgotten this computer: its person signs in once more, and what waits is sent. */
export function IntroduceComputer() {
  const replica = useReplica()
  const host = useHost()
  const [typed, setTyped] = useState<Typed>({ password: '', deviceLabel: '', invitation: '', code: '' })
  const [begun, setBegun] = useState<BrowserIntroduction | null>(null)
  const [refusal, setRefusal] = useState<FaultDescription | null>(null)
  const [busy, setBusy] = useState(false)
  // Asked for once the server has said that they are needed.
  const [invited, setInvited] = useState(false)
  const text = (field: keyof Typed) => ({
    value: typed[field],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget
      setTyped((before) => ({ ...before, [field]: value }))
    },
  })
  const named = async () => ({
    deviceLabel: typed.deviceLabel,
    host: (await host.call('info', {})).kind,
  })

  async function ask(question: () => Promise<void>): Promise<void> {
    setBusy(true)
    setRefusal(null)
    try {
      await question()
    } catch (thrown) {
      const fault = describeFault(thrown)
      if (fault.code === 'access.invitation') setInvited(true)
      if (fault.code === 'access.sign-in-over') choose(null)
      setRefusal(fault)
    } finally {
      setBusy(false)
    }
  }

  /** Null: by the password. A code of the one way is none of the other. */
  function choose(next: BrowserIntroduction | null): void {
    setBegun(next)
    setTyped((before) => ({ ...before, code: '' }))
  }

  async function introduce(): Promise<void> {
    const { password, invitation, code } = typed
    if (begun !== null) return begun.introduce({ code, invitation: invited ? invitation : undefined })
    const shown = invited ? { invited: { invitation, code } } : {}
    return replica.introduce({ password, ...(await named()), ...shown })
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    void ask(introduce)
  }

  return (
    <form className={classes['introduce']} aria-label="Introduce this computer" onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name of this computer"
          required
          maxLength={64}
          readOnly={begun !== null}
          {...text('deviceLabel')}
        />
        {begun === null && (
          <PasswordInput
            label={`Password of ${replica.user.login}`}
            autoComplete="current-password"
            required
            {...text('password')}
          />
        )}
        {invited && <TextInput label="Invitation" autoComplete="off" required {...text('invitation')} />}
        {invited && begun === null && (
          <TextInput
            label="Code"
            description="Six digits, from your authenticator."
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            required
            {...text('code')}
          />
        )}
        {begun !== null && (
          <SignInSteps
            signIn={begun}
            code={typed.code}
            onCode={(code) => setTyped((before) => ({ ...before, code }))}
            onOpen={() => void ask(async () => void (await host.call('openSignIn', { page: begun.page })))}
          />
        )}
        {refusal !== null && <FaultAlert fault={refusal} />}
        <Button type="submit" loading={busy}>
          Introduce this computer
        </Button>
        {begun === null ? (
          <Button
            variant="default"
            disabled={typed.deviceLabel === '' || busy}
            onClick={() => void ask(async () => choose(await replica.beginIntroduction(await named())))}
          >
            Sign in with your browser
          </Button>
        ) : (
          <Button variant="default" disabled={busy} onClick={() => choose(null)}>
            Use the password
          </Button>
        )}
      </Stack>
    </form>
  )
}

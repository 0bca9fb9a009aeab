import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { useHost } from '#renderer/ui/data/host-context.tsx'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import classes from './sync-centre.module.css'

type Typed = {
  readonly password: string
  readonly deviceLabel: string
  readonly invitation: string
  readonly code: string
}

/** For a server that has forgotten this computer: its person signs in once more, and what waits is sent. */
export function IntroduceComputer() {
  const replica = useReplica()
  const host = useHost()
  const [typed, setTyped] = useState<Typed>({ password: '', deviceLabel: '', invitation: '', code: '' })
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

  async function introduce(): Promise<void> {
    setBusy(true)
    setRefusal(null)
    try {
      const { password, deviceLabel, invitation, code } = typed
      const { kind } = await host.call('info', {})
      const shown = invited ? { invited: { invitation, code } } : {}
      await replica.introduce({ password, deviceLabel, host: kind, ...shown })
    } catch (thrown) {
      const fault = describeFault(thrown)
      if (fault.code === 'access.invitation') setInvited(true)
      setRefusal(fault)
    } finally {
      setBusy(false)
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    void introduce()
  }

  return (
    <form className={classes['introduce']} aria-label="Introduce this computer" onSubmit={submit}>
      <Stack gap="sm">
        <PasswordInput
          label={`Password of ${replica.user.login}`}
          autoComplete="current-password"
          required
          {...text('password')}
        />
        <TextInput label="Name of this computer" required maxLength={64} {...text('deviceLabel')} />
        {invited && (
          <>
            <TextInput label="Invitation" autoComplete="off" required {...text('invitation')} />
            <TextInput
              label="Code"
              description="Six digits, from your authenticator."
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              required
              {...text('code')}
            />
          </>
        )}
        {refusal !== null && <FaultAlert fault={refusal} />}
        <Button type="submit" loading={busy}>
          Introduce this computer
        </Button>
      </Stack>
    </form>
  )
}

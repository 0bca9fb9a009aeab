import { Switch } from '@mantine/core'
import { Fault } from './fault.tsx'
import { useConsole, useConsoleChange } from './session.tsx'

/** Whether a device comes in by invitation and authenticator only. */
export function InvitedOnlySetting() {
  const { data, error } = useConsole('invited-only', {})
  const change = useConsoleChange('set-invited-only')
  if (data === undefined) return <Fault fault={error} />
  return (
    <>
      <Switch
        mb="md"
        label="A device is set up by invitation and authenticator only; the console asks for a second factor, too"
        description={
          data.fixed
            ? 'Always so where the data is real.'
            : 'Otherwise a password is enough, which will do while nothing here is real.'
        }
        checked={data.invitedOnly}
        disabled={data.fixed || change.isPending}
        onChange={(event) => change.mutate({ invitedOnly: event.currentTarget.checked })}
      />
      <Fault fault={change.error} />
    </>
  )
}

import { Button, Group, NumberInput, Text } from '@mantine/core'
import { useState } from 'react'
import { leaseSchema } from '../console-api/protocol/console.ts'
import { Fault } from './fault.tsx'
import { useConsole, useConsoleChange } from './session.tsx'

/** For how long a computer opens its copy without having reached the server. */
export function LeaseSetting() {
  const { data } = useConsole('lease', {})
  const change = useConsoleChange('set-lease')
  const [days, setDays] = useState<number | null>(null)
  if (data === undefined) return null
  const chosen = leaseSchema.safeParse({ days: days ?? data.days })
  return (
    <>
      <Fault fault={change.error} />
      <Group mb="md" align="end">
        <NumberInput
          label="Days without contact"
          description="After so many days a computer has to reach the server before it unlocks."
          value={days ?? data.days}
          min={1}
          max={90}
          allowDecimal={false}
          onChange={(value) => setDays(Number(value))}
        />
        <Button
          variant="default"
          loading={change.isPending}
          disabled={!chosen.success || chosen.data.days === data.days}
          onClick={() => chosen.success && change.mutate(chosen.data)}
        >
          Save
        </Button>
        <Text size="sm" c="dimmed">
          Holds from each computer's next session on.
        </Text>
      </Group>
    </>
  )
}

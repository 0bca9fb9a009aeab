import { Button, Fieldset, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import { leaseSchema } from '../console-api/protocol/console.ts'
import type { ConsoleAnswer } from '../console-api/protocol/console.ts'
import { grantableRoles } from '../console-api/protocol/grants.ts'
import { Fault } from './fault.tsx'
import { useConsole, useConsoleChange } from './session.tsx'

type Lease = ConsoleAnswer<'lease'>

/** As it is typed; empty where a role has the days of everybody. */
type Draft = {
  readonly days: number | string
  readonly byRole: Readonly<Partial<Record<keyof Lease['byRole'], number | string>>>
}

function requestOf({ days, byRole }: Draft) {
  const own = Object.entries(byRole).filter(([, asked]) => asked !== '')
  return leaseSchema.safeParse({ days, byRole: Object.fromEntries(own) })
}

/** For how long a computer opens its copy without having reached the server. */
export function LeaseSetting() {
  const { data } = useConsole('lease', {})
  const change = useConsoleChange('set-lease')
  const [typed, setTyped] = useState<Draft | null>(null)
  if (data === undefined) return null
  const draft = typed ?? data
  const request = requestOf(draft)
  const save = () => request.success && change.mutate(request.data, { onSuccess: () => setTyped(null) })
  return (
    <Fieldset legend="Days without contact" mb="md">
      <Stack gap="sm" align="start">
        <Fault fault={change.error} />
        <Text size="sm" c="dimmed">
          After so many days a computer has to reach the server before it unlocks. Who has several roles has
          the fewest days of theirs. Holds from each computer’s next session on.
        </Text>
        <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }}>
          <DaysInput label="Everybody" value={draft.days} onChange={(days) => setTyped({ ...draft, days })} />
          {grantableRoles.map((role) => (
            <DaysInput
              key={role}
              label={labelOf(role)}
              placeholder={`as everybody: ${draft.days}`}
              value={draft.byRole[role] ?? ''}
              onChange={(days) => setTyped({ ...draft, byRole: { ...draft.byRole, [role]: days } })}
            />
          ))}
        </SimpleGrid>
        <Button
          variant="default"
          loading={change.isPending}
          disabled={typed === null || !request.success}
          onClick={save}
        >
          Save the days
        </Button>
      </Stack>
    </Fieldset>
  )
}

type DaysInputProps = {
  readonly label: string
  readonly placeholder?: string
  readonly value: number | string
  readonly onChange: (value: number | string) => void
}

function DaysInput(props: DaysInputProps) {
  return <NumberInput {...props} min={1} max={90} allowDecimal={false} />
}

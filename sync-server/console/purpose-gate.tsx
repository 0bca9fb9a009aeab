import { Button, Card, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode, SubmitEvent } from 'react'
import { purposeSchema, purposes } from '../console-api/protocol/console.ts'
import { Fault } from './fault.tsx'
import { useConsoleChange, useSession } from './session.tsx'

type Purpose = (typeof purposes)[number]

const words: Readonly<Record<Purpose, string>> = {
  repair: 'Repair of messages that were not applied',
  test: 'Test of an interface or its settings',
  incident: 'Investigation of an incident',
  question: 'Question of a sender or a clinic',
  privacy: 'Review, report, or request of a patient',
}

/** Asks once a session why somebody looks at what tells of patients. It is written down with everything they open. */
export function PurposeGate({ children }: { readonly children: ReactNode }) {
  const { purpose, setPurpose } = useSession()
  const state = useConsoleChange('state-purpose')
  const [chosen, setChosen] = useState<Purpose | null>(null)
  const [reference, setReference] = useState('')
  const referenceFits = purposeSchema.shape.reference.safeParse(reference).success
  if (purpose !== null) return children
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (chosen === null || !referenceFits) return
    const stated = [chosen, reference].filter(Boolean).join(' ')
    // Also where they have gone on to another page meanwhile. What failed is shown below the question.
    const isStated = state.mutateAsync({ purpose: chosen, reference })
    void isStated.then(
      () => setPurpose(stated),
      () => undefined,
    )
  }
  return (
    <Card withBorder maw={560} component="form" onSubmit={submit}>
      <Stack>
        <div>
          <Text fw={600}>What do you look at patients’ data for?</Text>
          <Text size="sm" c="dimmed">
            Your answer holds until you sign out, and is written down with everything you open.
          </Text>
        </div>
        <Radio.Group aria-label="Purpose" value={chosen} onChange={(value) => setChosen(value)}>
          <Stack gap="xs">
            {purposes.map((one) => (
              <Radio key={one} value={one} label={words[one]} />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput
          label="Reference"
          description="The number of a ticket, where there is one: letters, digits, # _ -"
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value.trim())}
          error={referenceFits ? null : 'No name and no words of a message, please'}
        />
        <Fault fault={state.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={state.isPending} disabled={chosen === null || !referenceFits}>
            Go on
          </Button>
        </Group>
      </Stack>
    </Card>
  )
}

import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { idSchema } from '#app/kernel/index.ts'
import type { OpenedMessage } from '../../console-api/protocol/hl7.ts'
import { Fault } from '../fault.tsx'
import { useConsoleChange } from '../session.tsx'
import { DryRunView } from './dry-run-view.tsx'

type DecisionProps = { readonly sequence: number; readonly candidates: OpenedMessage['candidates'] }

/** Of which patient a parked message is, or which of two records of one person lives on. */
export function Decision({ sequence, candidates }: DecisionProps) {
  const [chosen, setChosen] = useState<string | null>(null)
  const dryRun = useConsoleChange('hl7-dry-run')
  const decide = useConsoleChange('hl7-decide')
  const patientId = idSchema.safeParse(chosen).data
  const choose = (id: string) => {
    dryRun.reset()
    setChosen(id)
  }
  return (
    <Stack>
      <Text size="sm">
        The numbers of the message name these patients. Say whose it is; numbers that are another patient's
        stay theirs. Where two records are said to be one person's, the one you choose lives on.
      </Text>
      <Radio.Group aria-label="Patient" value={chosen} onChange={choose}>
        <Stack gap="xs">
          {candidates.map(({ id, place, words, identifiers }) => (
            <Radio
              key={id}
              value={id}
              label={words.join(' · ')}
              description={`${identifiers.join(', ')} – named in ${place}`}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Fault fault={dryRun.error ?? decide.error} />
      {decide.data?.decided === false && (
        <Text size="sm" c="red" role="alert">
          The message waits for something else than whose it is.
        </Text>
      )}
      <Group>
        <Button
          variant="default"
          disabled={patientId === undefined}
          loading={dryRun.isPending}
          onClick={() => patientId !== undefined && dryRun.mutate({ sequence, patientId })}
        >
          What would change?
        </Button>
        <Button
          disabled={patientId === undefined}
          loading={decide.isPending}
          onClick={() => patientId !== undefined && decide.mutate({ sequence, patientId })}
        >
          It is this patient
        </Button>
      </Group>
      {dryRun.data !== undefined && <DryRunView run={dryRun.data} />}
    </Stack>
  )
}

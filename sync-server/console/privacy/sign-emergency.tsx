import { Button, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import { emergencyCalls, emergencyVerdicts } from '../../console-api/protocol/privacy/emergency-calls.ts'
import type { ConsoleEmergency } from '../../console-api/protocol/privacy/emergency-calls.ts'
import { Fault } from '../fault.tsx'
import { useConsoleChange } from '../session.tsx'

type Verdict = (typeof emergencyVerdicts)[number]
type SignEmergencyProps = { readonly one: ConsoleEmergency; readonly onClose: () => void }

/** Signing off says what was found; it can't be taken back. */
export function SignEmergency({ one, onClose }: SignEmergencyProps) {
  const sign = useConsoleChange('sign-emergency')
  const [verdict, setVerdict] = useState<Verdict>('justified')
  const [words, setWords] = useState('')
  const request = emergencyCalls['sign-emergency'].request.safeParse({ id: one.id, verdict, words })
  return (
    <Modal opened onClose={onClose} title={`Emergency access of ${one.by}`} centered>
      <Stack>
        <Text size="sm">{one.words}</Text>
        <Radio.Group label="What was it?" value={verdict} onChange={(value) => setVerdict(value)}>
          <Group mt={6}>
            {emergencyVerdicts.map((each) => (
              <Radio key={each} value={each} label={labelOf(each)} />
            ))}
          </Group>
        </Radio.Group>
        <Textarea
          label="What was found"
          autosize
          minRows={2}
          maxLength={1000}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Fault fault={sign.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={!request.success}
            loading={sign.isPending}
            onClick={() => request.success && sign.mutate(request.data, { onSuccess: onClose })}
          >
            Sign off
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

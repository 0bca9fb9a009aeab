import { Button, Group, Modal, Select, Stack, Textarea } from '@mantine/core'
import { useState } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import { denialGrounds, rightsCalls } from '../../console-api/protocol/privacy/rights-calls.ts'
import type { ConsoleAmendment } from '../../console-api/protocol/privacy/rights-calls.ts'
import { Fault } from '../fault.tsx'
import { useConsoleChange } from '../session.tsx'

type Kind = 'accept' | 'deny' | 'disagree' | 'rebut'

const buttons: Readonly<Record<Kind, string>> = {
  accept: 'Accept',
  deny: 'Deny',
  disagree: 'Statement of disagreement',
  rebut: 'Answer to it',
}
const grounds = denialGrounds.map((value) => ({ value, label: labelOf(value) }))

/** What may be done next. */
export function AmendmentStep({ one }: { readonly one: ConsoleAmendment }) {
  const [kind, setKind] = useState<Kind | null>(null)
  return (
    <Group gap="xs">
      {possible(one).map((each) => (
        <Button key={each} size="compact-sm" variant="default" onClick={() => setKind(each)}>
          {buttons[each]}
        </Button>
      ))}
      {kind !== null && <StepForm key={kind} one={one} kind={kind} onClose={() => setKind(null)} />}
    </Group>
  )
}

function possible({ decision, disagreement, rebuttal }: ConsoleAmendment): readonly Kind[] {
  if (decision === null) return ['accept', 'deny']
  if (decision.accepted) return []
  if (disagreement === null) return ['disagree']
  return rebuttal === null ? ['rebut'] : []
}

type StepFormProps = { readonly one: ConsoleAmendment; readonly kind: Kind; readonly onClose: () => void }

function StepForm({ one, kind, onClose }: StepFormProps) {
  const change = useConsoleChange('step-amendment')
  const [words, setWords] = useState('')
  const [ground, setGround] = useState<string | null>(null)
  const decides = kind === 'accept' || kind === 'deny'
  const step = decides
    ? { step: 'decide', accepted: kind === 'accept', ground: kind === 'deny' ? (ground ?? '') : null }
    : { step: kind }
  const request = rightsCalls['step-amendment'].request.safeParse({ id: one.id, words, step })
  return (
    <Modal opened onClose={onClose} title={buttons[kind]} centered>
      <Stack>
        {kind === 'deny' && <Select label="Ground" data={grounds} value={ground} onChange={setGround} />}
        <Textarea
          label="In words"
          autosize
          minRows={3}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Fault fault={change.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={!request.success}
            loading={change.isPending}
            onClick={() => request.success && change.mutate(request.data, { onSuccess: onClose })}
          >
            {buttons[kind]}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

import { Alert, Button, Checkbox, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import { sensitivities } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { markCalls } from '../../../console-api/protocol/privacy/mark-calls.ts'
import type { ConsoleMarkedRecord } from '../../../console-api/protocol/privacy/mark-calls.ts'
import type { ConsoleRequest } from '../../../console-api/protocol/console.ts'
import { Fault } from '../../fault.tsx'
import { useConsoleChange, useConsoleOnce } from '../../session.tsx'
import { hangingOn } from './hanging-on.ts'
import { previewWords, recordsWords } from './mark-words.ts'

type ChangeMarksProps = {
  readonly change: 'mark' | 'release'
  readonly patientId: Id
  readonly records: readonly ConsoleMarkedRecord[]
  readonly chosen: ReadonlySet<Id>
  readonly onDone: () => void
  readonly onClose: () => void
}

const texts = {
  mark: {
    title: 'Mark as sensitive',
    action: 'Mark',
    says: 'It counts at once. Taking it back takes a second person.',
  },
  release: {
    title: 'Propose a release',
    action: 'Propose',
    says: 'It counts once somebody else has approved it. A feed whose message says again that a record is sensitive, or what it hangs on, marks it again.',
  },
} as const

/** As what, why, and what would come of it before it is done. */
export function ChangeMarks({ change, patientId, records, chosen, onDone, onClose }: ChangeMarksProps) {
  const decide = useConsoleChange(change === 'mark' ? 'mark-records' : 'propose-release')
  const [sensitivity, setSensitivity] = useState<string | null>(null)
  const [withHanging, setWithHanging] = useState(true)
  const [words, setWords] = useState('')
  const hanging = hangingOn(records, chosen)
  const concerned = withHanging ? new Set([...chosen, ...hanging]) : chosen
  const refs = records.filter(({ id }) => concerned.has(id)).map(({ collection, id }) => ({ collection, id }))
  const offered = sensitivities.filter(
    (one) => change === 'mark' || records.some(({ id, marks }) => concerned.has(id) && marks.some(isOf(one))),
  )
  const about = { patientId, sensitivity, records: refs }
  const preview = markCalls['preview-marks'].request.safeParse({ ...about, change })
  const decision = markCalls['mark-records'].request.safeParse({ ...about, words })
  const { title, action, says } = texts[change]
  const submit = () => {
    if (!decision.success) return
    decide.mutate(decision.data, {
      onSuccess: () => {
        onDone()
        onClose()
      },
    })
  }
  return (
    <Modal opened onClose={onClose} title={title} centered size="lg">
      <Stack gap="sm">
        <Fault fault={decide.error} />
        <Select
          label="As what"
          data={offered.map((value) => ({ value, label: labelOf(value) }))}
          value={sensitivity}
          onChange={setSensitivity}
        />
        {hanging.size > 0 && (
          <Checkbox
            label={`Also what hangs on ${chosen.size === 1 ? 'it' : 'them'}: ${recordsWords(hanging.size)}`}
            checked={withHanging}
            onChange={(event) => setWithHanging(event.currentTarget.checked)}
          />
        )}
        {preview.success && <Preview request={preview.data} />}
        <Textarea
          label="Why"
          autosize
          minRows={2}
          maxLength={2000}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" c="dimmed">
            {says}
          </Text>
          <Button onClick={submit} disabled={!decision.success} loading={decide.isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function isOf(sensitivity: string): (mark: ConsoleMarkedRecord['marks'][number]) => boolean {
  return (mark) => mark.sensitivity === sensitivity
}

/** Asked once for each question: it is written down. */
function Preview({ request }: { readonly request: ConsoleRequest<'preview-marks'> }) {
  const { data, error } = useConsoleOnce('preview-marks', request)
  if (error !== null) return <Fault fault={error} />
  if (data === undefined) return null
  return (
    <Alert color="grape" role="status">
      {previewWords(request.change, data)}
    </Alert>
  )
}

import { Select, Textarea } from '@mantine/core'
import { labelOf } from '#app/modules/shared/labels.ts'
import { emergencyReasons } from '#app/protocol/index.ts'

export type Why = { readonly reason: string | null; readonly words: string }
export const noReason: Why = { reason: null, words: '' }

const reasons = emergencyReasons.map((value) => ({ value, label: labelOf(value) }))

type EmergencyReasonProps = { readonly why: Why; readonly onChange: (why: Why) => void }

/** What is asked of everybody who breaks the glass. */
export function EmergencyReason({ why, onChange }: EmergencyReasonProps) {
  return (
    <>
      <Select
        label="Reason"
        data={reasons}
        value={why.reason}
        onChange={(reason) => onChange({ ...why, reason })}
        comboboxProps={{ withinPortal: true }}
      />
      <Textarea
        label="What is the emergency?"
        autosize
        minRows={2}
        maxLength={500}
        value={why.words}
        onChange={(event) => onChange({ ...why, words: event.currentTarget.value })}
      />
    </>
  )
}

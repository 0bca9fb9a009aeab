import { Alert } from '@mantine/core'
import { IconPhoneOff } from '@tabler/icons-react'
import type { Id } from '#app/kernel/index.ts'
import { isBeyondReach } from '#app/modules/patients/index.ts'
import { useRecord } from '#renderer/ui/data/use-records.ts'
import { deceasedText } from './person-fields.tsx'

/** Whether a patient has died, as far as that is known on this device. */
export function useDeceased(patientId: Id): boolean {
  const patient = useRecord('patients', patientId)
  return patient.state === 'here' && isBeyondReach(patient.value, null)
}

/** Nobody calls, writes or books for a patient who has died. */
export function DeceasedNotice({ patientId }: { readonly patientId: Id }) {
  const patient = useRecord('patients', patientId)
  if (patient.state === 'waiting' || !isBeyondReach(patient.value, null)) return null
  return (
    <Alert
      color="gray"
      role="status"
      icon={<IconPhoneOff aria-hidden />}
      title={deceasedText(patient.value?.deceased)}
    >
      Do not call, write or book. What others are told, write down as a note or name them in “Spoke with”.
    </Alert>
  )
}

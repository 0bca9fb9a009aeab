import { useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { OpenedEmergencySet } from '#renderer/replica/contract.ts'
import { KeptEmergencyForm } from './kept-emergency-form.tsx'
import { KeptEmergencyScreen } from './kept-emergency-screen.tsx'

type KeptEmergencyProps = { readonly patientId: Id | null; readonly onClose: () => void }

/** The reason first, then the records. */
export function KeptEmergency({ patientId, onClose }: KeptEmergencyProps) {
  const [opened, setOpened] = useState<OpenedEmergencySet | null>(null)
  return opened === null ? (
    <KeptEmergencyForm onOpened={setOpened} onClose={onClose} />
  ) : (
    <KeptEmergencyScreen opened={opened} patientId={patientId} onClose={onClose} />
  )
}

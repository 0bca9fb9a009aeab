import { Button } from '@mantine/core'
import { IconUrgent } from '@tabler/icons-react'
import { useState } from 'react'
import { mayBreakGlass } from '#app/access/index.ts'
import { instant, systemClock } from '#app/kernel/index.ts'
import type { OpenEmergency } from '#app/protocol/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useObservable } from '#renderer/ui/data/use-observable.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { EmergencyForm } from './emergency-form.tsx'
import { EmergencyScreen } from './emergency-screen.tsx'
import { KeptEmergency } from './kept-emergency.tsx'

type BreakGlassProps = { readonly patient: RecordView }

/** For who cares for patients: opens what is closed to them of this one, for a while and for a reason. */
export function BreakGlass({ patient }: BreakGlassProps) {
  const { subject, emergency, status$ } = useReplica()
  const [asks, setAsks] = useState(false)
  const kept = useObservable(emergency.kept$)
  const status = useObservable(status$)
  if (!mayBreakGlass(subject, instant(systemClock))) return null
  // Where there is no server, what this computer keeps; the server has it all.
  const isAlone = status.state === 'here' && status.value.phase === 'offline'
  const fromHere = isAlone && kept.state === 'here' && kept.value !== null
  const close = (): void => setAsks(false)
  return (
    <>
      <Button
        variant="default"
        color="red"
        leftSection={<IconUrgent size={15} aria-hidden />}
        onClick={() => setAsks(true)}
      >
        Emergency access
      </Button>
      {asks && <Asked patient={patient} fromHere={fromHere} onClose={close} />}
    </>
  )
}

type AskedProps = BreakGlassProps & { readonly fromHere: boolean; readonly onClose: () => void }

/** Which of the two was there when it was asked counts: a network that comes meanwhile closes nothing. */
function Asked({ patient, fromHere, onClose }: AskedProps) {
  const [isKept] = useState(fromHere)
  return isKept ? (
    <KeptEmergency patientId={patient.id} onClose={onClose} />
  ) : (
    <AtServer patient={patient} onClose={onClose} />
  )
}

function AtServer({ patient, onClose }: BreakGlassProps & { readonly onClose: () => void }) {
  const [opened, setOpened] = useState<OpenEmergency | null>(null)
  return opened === null ? (
    <EmergencyForm patient={patient} onClose={onClose} onOpened={setOpened} />
  ) : (
    <EmergencyScreen patient={patient} emergency={opened} onClose={onClose} />
  )
}

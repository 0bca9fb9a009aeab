import { Button } from '@mantine/core'
import { IconUrgent } from '@tabler/icons-react'
import { useState } from 'react'
import { mayBreakGlass } from '#app/access/index.ts'
import { instant, systemClock } from '#app/kernel/index.ts'
import type { OpenEmergency } from '#app/protocol/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { EmergencyForm } from './emergency-form.tsx'
import { EmergencyScreen } from './emergency-screen.tsx'

/** For who cares for patients: opens what is closed to them of this one, for a while and for a reason. */
export function BreakGlass({ patient }: { readonly patient: RecordView }) {
  const { subject } = useReplica()
  const [asks, setAsks] = useState(false)
  const [opened, setOpened] = useState<OpenEmergency | null>(null)
  if (!mayBreakGlass(subject, instant(systemClock))) return null
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
      {asks && (
        <EmergencyForm
          patient={patient}
          onClose={() => setAsks(false)}
          onOpened={(emergency) => {
            setAsks(false)
            setOpened(emergency)
          }}
        />
      )}
      {opened !== null && (
        <EmergencyScreen patient={patient} emergency={opened} onClose={() => setOpened(null)} />
      )}
    </>
  )
}

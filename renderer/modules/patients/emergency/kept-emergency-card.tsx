import { Button, Text } from '@mantine/core'
import { IconUrgent } from '@tabler/icons-react'
import { useState } from 'react'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useObservable } from '#renderer/ui/data/use-observable.ts'
import { Empty } from '#renderer/ui/feedback/empty.tsx'
import { countText } from '#renderer/ui/format/count.ts'
import { CardText } from '../../shared/card-list.tsx'
import { KeptEmergency } from './kept-emergency.tsx'

/** On a clinician's first page: what is kept for where there is no network, and the way into it. */
export function KeptEmergencyCard() {
  const replica = useReplica()
  const kept = useObservable(replica.emergency.kept$)
  const [asks, setAsks] = useState(false)
  if (kept.state === 'waiting') return null
  if (kept.value === null) {
    return (
      <Empty title="Nothing is kept here">
        Records of your sites that are restricted for their sensitivity come here by themselves, sealed, for
        an emergency without a network.
      </Empty>
    )
  }
  const { patients, records, cut } = kept.value
  return (
    <CardText>
      <Text size="sm" mb="sm">
        {countText(records, 'restricted record', 'restricted records')} of{' '}
        {countText(patients, 'patient', 'patients')} of your sites{cut ? ', the latest of more,' : ''} lie
        here sealed, for an emergency without a network.
      </Text>
      <Button
        variant="default"
        color="red"
        leftSection={<IconUrgent size={15} aria-hidden />}
        onClick={() => setAsks(true)}
      >
        Emergency access without a network
      </Button>
      {asks && <KeptEmergency patientId={null} onClose={() => setAsks(false)} />}
    </CardText>
  )
}

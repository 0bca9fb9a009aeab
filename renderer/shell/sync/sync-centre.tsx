import { Button, Group, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { describeCode } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { FilesOnDisk } from './files-use.tsx'
import { InitialLoads } from './initial-loads.tsx'
import { IntroduceComputer } from './introduce-computer.tsx'
import { OpeningProgress } from './opening-bar.tsx'
import { RecordLists } from './record-lists.tsx'
import { RotationProgress } from './rotation-progress.tsx'
import { SyncFacts } from './sync-facts.tsx'
import { healsByItself, syncWords } from './sync-words.ts'
import { useSyncStatus } from './use-sync-status.ts'
import classes from './sync-centre.module.css'

/** Everything about the exchange with the server: where it stands, what waits, what was refused and why. */
export function SyncCentre() {
  const replica = useReplica()
  const status = useSyncStatus()
  const words = syncWords(status)
  const [busy, setBusy] = useState(false)

  async function syncNow(): Promise<void> {
    setBusy(true)
    await replica.syncNow().catch(notifyFault)
    setBusy(false)
  }

  const fault = status.problem === null ? null : describeCode(status.problem.code, status.problem.facts)
  return (
    <div className={classes['page']}>
      <Group justify="space-between" align="start">
        <div>
          <h1 className={classes['title']}>Sync centre</h1>
          <Text data-sync-sentence>{words.sentence}</Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconRefresh size={15} />}
          loading={busy}
          disabled={status.phase === 'stopped'}
          onClick={() => void syncNow()}
        >
          Sync now
        </Button>
      </Group>
      {/* What does not heal by itself stands above every screen already. */}
      {fault !== null && healsByItself(fault.code) && <FaultAlert fault={fault} />}
      {fault?.code === 'access.unknown-device' && <IntroduceComputer />}
      <SyncFacts status={status} />
      {status.initial !== null && <InitialLoads loads={status.initial} estimate={status.estimate} />}
      <RecordLists />
      <FilesOnDisk />
      <OpeningProgress />
      <RotationProgress />
    </div>
  )
}

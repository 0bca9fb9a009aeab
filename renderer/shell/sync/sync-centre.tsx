import { Button, Group, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import type { FilesWaiting } from '#renderer/replica/contract.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { describeCode } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { size } from '#renderer/ui/format/size.ts'
import { instantText, relativeText } from '#renderer/ui/format/when.ts'
import { Fact } from './fact.tsx'
import { FilesOnDisk } from './files-use.tsx'
import { InitialLoads } from './initial-loads.tsx'
import { OpeningProgress } from './opening-bar.tsx'
import { Quarantine } from './quarantine.tsx'
import { RotationProgress } from './rotation-progress.tsx'
import { syncWords } from './sync-words.ts'
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
      {fault !== null && <FaultAlert fault={fault} />}
      <dl className={classes['facts']}>
        <Fact label="Connection" value={phaseNames[status.phase]} />
        <Fact label="Waiting to be sent" value={String(status.pending)} />
        <Fact label="Files to be sent" value={filesText(status.files)} />
        <Fact label="To correct" value={String(status.refused)} />
        <Fact
          label="Last confirmed by the server"
          value={status.lastReceiptAt === null ? 'Not yet' : relativeText(status.lastReceiptAt, Date.now())}
          {...(status.lastReceiptAt === null ? {} : { title: instantText(status.lastReceiptAt) })}
        />
      </dl>
      {status.initial !== null && <InitialLoads loads={status.initial} />}
      <FilesOnDisk />
      <OpeningProgress />
      <RotationProgress />
      <Quarantine />
    </div>
  )
}

const phaseNames = {
  offline: 'Offline',
  connecting: 'Connecting',
  syncing: 'Exchanging',
  done: 'Connected',
  stopped: 'Stopped',
} as const

function filesText({ count, bytes }: FilesWaiting): string {
  return count === 0 ? '0' : `${count} (${size(bytes)})`
}

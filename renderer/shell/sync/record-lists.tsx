import { Tabs } from '@mantine/core'
import { useState } from 'react'
import type { SyncStatus } from '#renderer/replica/contract.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useObservable } from '#renderer/ui/data/use-observable.ts'
import type { Observed } from '#renderer/ui/data/use-observable.ts'
import { ListPanel, ListTab } from './list-panel.tsx'
import { QuarantineItem } from './quarantine-item.tsx'
import { conflictedRow, evictedRow, pendingRow } from './record-row.tsx'
import { useCorrections } from './use-corrections.ts'
import { useSyncStatus } from './use-sync-status.ts'

/** What is said where a list has nothing. */
const none = {
  refused:
    'Nothing. A change that the server does not accept waits here, with the reason, until you correct or discard it.',
  pending: 'Nothing. The server has every change of yours.',
  conflicted:
    'Nothing. Where two people change the same field, both values are kept on the record until somebody decides.',
  evicted:
    'Nothing. A record that leaves your reach, because it was moved or your work has changed, is taken off this computer.',
}

/** Every record that waits for the server or for a person, and those that were taken off this computer. */
export function RecordLists() {
  const { quarantine$, syncRecords } = useReplica()
  const status = useSyncStatus()
  const corrections = useCorrections()
  const [place, setPlace] = useState(() => firstPlace(status))
  const refused = here(useObservable(quarantine$))
  const pending = here(useObservable(syncRecords.pending$))
  const conflicted = here(useObservable(syncRecords.conflicted$))
  const evicted = here(useObservable(syncRecords.evicted$))
  return (
    <section aria-label="Records">
      <Tabs value={place} onChange={(next) => setPlace(next ?? place)} keepMounted={false}>
        <Tabs.List mb="md">
          <ListTab place="refused" label="To correct" count={refused.length} color="red" />
          <ListTab place="pending" label="Waiting to be sent" count={pending.length} color="orange" />
          <ListTab place="conflicted" label="In conflict" count={conflicted.length} color="orange" />
          <ListTab place="evicted" label="Taken back" count={evicted.length} color="gray" />
        </Tabs.List>
        <ListPanel
          place="refused"
          label="To correct"
          items={refused}
          none={none.refused}
          rowHeight={180}
          renderItem={(entry) => <QuarantineItem entry={entry} corrections={corrections} />}
        />
        <ListPanel
          place="pending"
          label="Waiting to be sent"
          items={pending}
          none={none.pending}
          renderItem={pendingRow}
        />
        <ListPanel
          place="conflicted"
          label="In conflict"
          items={conflicted}
          none={none.conflicted}
          renderItem={conflictedRow}
        />
        <ListPanel
          place="evicted"
          label="Taken back"
          items={evicted}
          none={none.evicted}
          renderItem={evictedRow}
        />
      </Tabs>
    </section>
  )
}

function firstPlace({ refused, pending }: SyncStatus): string {
  return refused === 0 && pending > 0 ? 'pending' : 'refused'
}

function here<Item>(observed: Observed<readonly Item[]>): readonly Item[] {
  return observed.state === 'here' ? observed.value : []
}

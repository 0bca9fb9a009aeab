import { Text, Title } from '@mantine/core'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useObservable } from '#renderer/ui/data/use-observable.ts'
import { QuarantineItem } from './quarantine-item.tsx'
import classes from './sync-centre.module.css'

/** Edits that the server did not accept. Nothing of them is lost until a person says so. */
export function Quarantine() {
  const replica = useReplica()
  const observed = useObservable(replica.quarantine$)
  const entries = observed.state === 'here' ? observed.value : []
  return (
    <section aria-label="To correct">
      <Title order={2} size="h5" mb="xs">
        To correct
      </Title>
      {entries.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing. A change that the server does not accept waits here, with the reason, until you correct or
          discard it.
        </Text>
      ) : (
        <div className={classes['entries']}>
          {entries.map((entry) => (
            <QuarantineItem key={entry.id} entry={entry} />
          ))}
        </div>
      )}
    </section>
  )
}

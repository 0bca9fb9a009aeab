import type { FilesWaiting, SyncStatus } from '#renderer/replica/contract.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useObservable } from '#renderer/ui/data/use-observable.ts'
import { size } from '#renderer/ui/format/size.ts'
import { instantText, relativeText } from '#renderer/ui/format/when.ts'
import { Fact } from './fact.tsx'
import { lagText } from './load-words.ts'
import classes from './sync-centre.module.css'

/** Where the exchange with the server stands, in figures. */
export function SyncFacts({ status }: { readonly status: SyncStatus }) {
  const { phase, lag, lastReceiptAt } = status
  const now = Date.now()
  return (
    <dl className={classes['facts']} data-figures>
      <Fact label="Connection" value={phaseNames[phase]} />
      <Fact label="What is here" value={lagText(lag, phase, now)} {...titleOf(lag.levelAt)} />
      <Fact
        label="Last confirmed by the server"
        value={lastReceiptAt === null ? 'Not yet' : relativeText(lastReceiptAt, now)}
        {...titleOf(lastReceiptAt)}
      />
      <Fact label="Waiting to be sent" value={String(status.pending)} />
      <Fact label="Files to be sent" value={filesText(status.files)} />
      <TrafficFact />
    </dl>
  )
}

/** Apart, since it changes with every page. */
function TrafficFact() {
  const observed = useObservable(useReplica().traffic$)
  const { sent, received } = observed.state === 'here' ? observed.value : { sent: 0, received: 0 }
  return (
    <Fact
      label="Received and sent since unlocking"
      value={`${size(received)}, ${size(sent)}`}
      title="Before it is compressed on the way"
    />
  )
}

const phaseNames = {
  offline: 'Offline',
  connecting: 'Connecting',
  syncing: 'Exchanging',
  done: 'Connected',
  stopped: 'Stopped',
} as const

function titleOf(instant: string | null): { readonly title?: string } {
  return instant === null ? {} : { title: instantText(instant) }
}

function filesText({ count, bytes }: FilesWaiting): string {
  return count === 0 ? '0' : `${count} (${size(bytes)})`
}

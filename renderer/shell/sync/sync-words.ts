import { serverAway } from '#app/kernel/index.ts'
import type { ErrorCode } from '#app/kernel/index.ts'
import type { InitialLoad, SyncStatus } from '#renderer/replica/contract.ts'
import { size } from '#renderer/ui/format/size.ts'
import { leftText } from './load-words.ts'

export type SyncTone = 'done' | 'working' | 'waiting' | 'attention'

export type SyncWords = {
  /** Two or three words, for the header. */
  readonly short: string
  /** One plain sentence, for the sync centre and for screen readers. */
  readonly sentence: string
  readonly tone: SyncTone
}

/** What the state of replication is called. `done` is said on the server's receipt only. */
export function syncWords(status: SyncStatus): SyncWords {
  const waiting = changes(status.pending)
  if (status.refused > 0) {
    const kept =
      status.refused === 1
        ? 'It is kept here until you correct or discard it.'
        : 'They are kept here until you correct or discard them.'
    return {
      short: `${status.refused} to correct`,
      sentence: `The server did not accept ${changes(status.refused)}. ${kept}`,
      tone: 'attention',
    }
  }
  if (status.phase === 'stopped') {
    return {
      short: 'Stopped',
      sentence:
        status.pending > 0
          ? `Not sending. ${stored(status.pending)}.`
          : 'Not exchanging anything with the server.',
      tone: 'attention',
    }
  }
  if (status.phase === 'offline') {
    const all = status.pending + status.files.count
    return all > 0
      ? {
          short: `Offline, ${all} waiting`,
          sentence: `No connection. ${kept(status)}`,
          tone: 'waiting',
        }
      : {
          short: 'Offline',
          sentence: 'No connection. Go on working; changes are kept here.',
          tone: 'waiting',
        }
  }
  if (status.phase === 'connecting') {
    return { short: 'Connecting', sentence: 'Looking for the server.', tone: 'working' }
  }
  if (status.initial !== null) {
    const percent = Math.floor(initialShare(status.initial) * 100)
    const seconds = status.estimate?.secondsLeft ?? null
    const left = seconds === null ? '' : `, ${leftText(seconds)}`
    return {
      short: `Loading ${percent} %`,
      sentence: `Your records are being loaded: ${percent} %${left}. You can already work with what is here.`,
      tone: 'working',
    }
  }
  if (status.pending > 0) {
    return {
      short: `Sending ${status.pending}`,
      sentence: `Sending ${waiting} to the server.`,
      tone: 'working',
    }
  }
  if (status.files.count > 0) {
    return {
      short: `Sending ${files(status.files.count)}`,
      sentence: `Sending ${files(status.files.count)} to the server: ${size(status.files.bytes)} to go.`,
      tone: 'working',
    }
  }
  if (status.phase === 'syncing') {
    return { short: 'Syncing', sentence: 'Fetching changes from the server.', tone: 'working' }
  }
  return { short: 'Up to date', sentence: 'The server has confirmed everything.', tone: 'done' }
}

/** How much of the first load is here, from 0 to 1. */
export function initialShare(loads: readonly InitialLoad[]): number {
  const total = loads.reduce((sum, load) => sum + load.total, 0)
  const loaded = loads.reduce((sum, load) => sum + Math.min(load.loaded, load.total), 0)
  return total === 0 ? 0 : loaded / total
}

function changes(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`
}

function stored(count: number): string {
  const them = count === 1 ? 'It is' : 'They are'
  return `${changes(count)} to send. ${them} stored on this computer`
}

function kept({ pending, files: { count } }: SyncStatus): string {
  const both = [...(pending > 0 ? [changes(pending)] : []), ...(count > 0 ? [files(count)] : [])].join(
    ' and ',
  )
  const them = pending + count === 1 ? 'It is' : 'They are'
  return `${both} to send. ${them} stored on this computer and will be sent when the connection is back.`
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`
}

const healing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([...serverAway, 'access.throttled'])

/** Whether waiting is all there is to do about a problem. */
export function healsByItself(code: ErrorCode): boolean {
  return healing.has(code)
}

import type { InboxOutcome } from '../../store/contract.ts'
import type { Intake } from '../ack.ts'

export type Counts = {
  readonly intake: Readonly<Record<Intake | 'repeat' | 'parked' | 'unreadable', number>>
  readonly ended: Readonly<Record<InboxOutcome['outcome'], number>>
}

/** Counts what comes in and how it ends, since the start of this process. */
export type Tally = {
  tookIn(how: keyof Counts['intake']): void
  ended(how: keyof Counts['ended']): void
  counts(): Counts
}

export function openTally(): Tally {
  const intake = {
    committed: 0,
    'content-fault': 0,
    unsupported: 0,
    'own-fault': 0,
    repeat: 0,
    parked: 0,
    unreadable: 0,
  }
  const ended = { applied: 0, parked: 0, dead: 0, refused: 0, duplicate: 0, corrected: 0 }
  return {
    tookIn: (how) => (intake[how] += 1),
    ended: (how) => (ended[how] += 1),
    counts: () => ({ intake: { ...intake }, ended: { ...ended } }),
  }
}

import { setTimeout as wait } from 'node:timers/promises'
import { AppError, newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { DeadLetters } from '../../hl7/index.ts'
import type { InboxStore, InboxSummary } from '../../store/contract.ts'
import type { Job } from '../protocol/hl7.ts'

// Many messages applied again: a few at a time, so that a person sees how it goes, and what was not begun can be
// cancelled. A job lives in this process; what a restart cuts off is still in its list, as dead or parked as before.

export type ReplayJobs = {
  /** Begins with the oldest. */
  start(sequences: readonly number[]): Job
  /** Throws `request.invalid` where there is no such job. */
  of(job: Id): Job
  /** Nothing more is begun; what is under way ends. */
  cancel(job: Id): Job
}

type Parts = {
  readonly letters: Pick<DeadLetters, 'replaySome'>
  readonly inbox: Pick<InboxStore, 'summaries'>
  readonly onFault: (fault: unknown) => void
}

const AT_ONCE = 20
const LOOK_MILLISECONDS = 50
/** Jobs that are remembered after their end. */
const REMEMBERED = 50

export function createReplayJobs({ letters, inbox, onFault }: Parts): ReplayJobs {
  const jobs = new Map<Id, Job>()

  function of(job: Id): Job {
    const found = jobs.get(job)
    if (found === undefined) throw new AppError('request.invalid', { place: 'job' })
    return found
  }

  function change(job: Id, to: Partial<Job>): void {
    jobs.set(job, { ...of(job), ...to })
  }

  async function run(job: Id, sequences: readonly number[]): Promise<void> {
    for (let start = 0; start < sequences.length; start += AT_ONCE) {
      const some = sequences.slice(start, start + AT_ONCE)
      if (of(job).state !== 'running') return
      await letters.replaySome(some)
      count(job, await settled(some))
    }
    if (of(job).state === 'running') change(job, { state: 'done' })
  }

  async function settled(sequences: readonly number[]): Promise<readonly InboxSummary[]> {
    for (;;) {
      const summaries = await inbox.summaries(sequences)
      if (summaries.every(({ state }) => state !== 'open')) return summaries
      await wait(LOOK_MILLISECONDS)
    }
  }

  function count(job: Id, summaries: readonly InboxSummary[]): void {
    const ended = { ...of(job).ended }
    for (const { state } of summaries) ended[state] = (ended[state] ?? 0) + 1
    change(job, { ended, done: of(job).done + summaries.length })
  }

  function forgetOldest(): void {
    const over = [...jobs].filter(([, { state }]) => state !== 'running').map(([id]) => id)
    for (const id of over.slice(0, Math.max(0, over.length - REMEMBERED))) jobs.delete(id)
  }

  return {
    of,
    start(sequences) {
      forgetOldest()
      const job = newId()
      jobs.set(job, { job, total: sequences.length, done: 0, ended: {}, state: 'running' })
      run(
        job,
        sequences.toSorted((a, b) => a - b),
      ).catch((fault: unknown) => {
        onFault(fault)
        change(job, { state: 'failed' })
      })
      return of(job)
    },
    cancel(job) {
      if (of(job).state === 'running') change(job, { state: 'cancelled' })
      return of(job)
    },
  }
}

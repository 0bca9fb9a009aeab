import type { FileStanding } from '#renderer/replica/contract.ts'
import { describeCode } from '../feedback/describe-fault.ts'
import { size } from '../format/size.ts'

/** Where a file is, in a few words: what a person must know before the network goes. */
export function standingWords(standing: FileStanding): string {
  const { moving, problem, waits, here, kept } = standing
  if (moving !== null) {
    const way = moving.way === 'up' ? 'Sending' : 'Fetching'
    return `${way} ${size(moving.done)} of ${size(moving.total)}`
  }
  if (problem !== null) return describeCode(problem.code, problem.facts).says
  if (waits) return 'On this computer, not at the server yet'
  if (!here) return kept ? 'To be fetched with the next connection' : 'At the server'
  return kept ? 'Kept on this computer' : 'On this computer'
}

/** How much of what is moving has arrived, in percent. */
export function movedPercent({ moving }: FileStanding): number {
  return moving === null ? 0 : Math.floor((100 * moving.done) / moving.total)
}

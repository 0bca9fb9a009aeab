import type { Id } from '#app/kernel/index.ts'
import type { MessageState } from './inbox.ts'

// What people at the console see and leave behind when they look after feeds. Nothing here tells of a patient.

/** How long messages took from receipt to their end: the upper bounds of the bins in milliseconds; the last has none. */
export const slownessBounds = [
  5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
] as const

/** What came in during a stretch of time, by how it ended first and how long that took (an index of the bounds). */
export type Traffic = {
  readonly feedId: Id
  /** The beginning of an instant, as long as the stretch asks for: `2026-05-11T08:3` for ten minutes. */
  readonly stretch: string
  readonly outcome: Exclude<MessageState, 'open'>
  readonly slowness: number
  readonly count: number
}

export type Stretch = 'minute' | 'ten-minutes' | 'hour'

/** What a person has done about a message. */
export type Deed = {
  readonly sequence: number
  readonly at: string
  readonly by: Id
  readonly action: 'opened' | 'tried' | 'replayed' | 'forced' | 'corrected' | 'decided'
  readonly purpose: string
}

/**
 * A person has seen that messages wait for one cause. Holds while one of them still waits; once they are gone, the same
 * cause is news again.
 */
export type Acknowledgement = {
  /** Names the cause. */
  readonly cause: Id
  readonly by: Id
  readonly at: string
  /** The latest message that was seen. */
  readonly upTo: number
}

export type DeskStore = {
  traffic(since: string, stretch: Stretch): Promise<readonly Traffic[]>
  /** Forgets the traffic before an instant. */
  forgetTraffic(before: string): Promise<void>
  /** Many at once where somebody did one thing to many messages. */
  note(deeds: readonly Deed[]): Promise<void>
  /** Oldest first. */
  deeds(sequence: number): Promise<readonly Deed[]>
  /** In the place of an earlier one of the same cause. */
  acknowledge(acknowledgement: Acknowledgement): Promise<void>
  acknowledgements(): Promise<readonly Acknowledgement[]>
}

import type { Message, Segment } from '../parse/message.ts'
import { read } from '../parse/path.ts'

// What an appointment needs: services (AIS), things (AIG), places (AIL), people (AIP). Field 2 of each says what is to be
// done with it (table 0206): A adds, U changes, X leaves as it is, D takes away; without one it is stated.

export type ResourceName = 'AIS' | 'AIG' | 'AIL' | 'AIP'

/** The first that stands after the message. */
export function resourceOf(message: Message, name: ResourceName): Segment | null {
  return message.segments.find((segment) => segment.name === name && !isTakenAway(segment)) ?? null
}

/** The first that is taken away, where no other of its kind stands. */
export function takenAwayOf(message: Message, name: ResourceName): Segment | null {
  if (resourceOf(message, name) !== null) return null
  return message.segments.find((segment) => segment.name === name && isTakenAway(segment)) ?? null
}

function isTakenAway(segment: Segment): boolean {
  return read(segment, '2').toUpperCase() === 'D'
}

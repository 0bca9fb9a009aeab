import type { ReplicaPlace } from '#app/protocol/index.ts'

// Places at which no copy ever stood, to say something of the copy that comes next.

/** No history leads through it: whichever copy comes is an older one. */
export const nowhere: ReplicaPlace = { commit: 0, opening: '0'.repeat(32) }

/** Where the copy stood belongs to a life of the data that is over: whichever comes may be the one that was here. */
export const anywhere: ReplicaPlace = { commit: 0, opening: 'f'.repeat(32) }

export function isNowhere({ opening }: ReplicaPlace): boolean {
  return opening === nowhere.opening
}

export function isAnywhere({ opening }: ReplicaPlace): boolean {
  return opening === anywhere.opening
}

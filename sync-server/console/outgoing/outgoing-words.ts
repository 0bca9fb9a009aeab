import type { OutgoingKind, OutgoingState } from '../../console-api/protocol/outgoing.ts'

export type StateWords = { readonly words: string; readonly color: string }

const messageWords: Readonly<Record<OutgoingState, StateWords>> = {
  waiting: { words: 'waiting', color: 'blue' },
  refused: { words: 'refused', color: 'red' },
  accepted: { words: 'accepted', color: 'teal' },
  dropped: { words: 'dropped', color: 'gray' },
}

/** Nobody accepts an acknowledgement: it has been sent. */
const acknowledgementWords = { ...messageWords, accepted: { words: 'sent', color: 'teal' } }

export function outgoingWords(kind: OutgoingKind): typeof messageWords {
  return kind === 'message' ? messageWords : acknowledgementWords
}

export const whatGoes: Readonly<Record<OutgoingKind, string>> = {
  message: 'messages',
  acknowledgement: 'application acknowledgements',
}

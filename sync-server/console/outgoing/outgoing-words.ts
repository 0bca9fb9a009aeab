import type { OutgoingState } from '../../console-api/protocol/outgoing.ts'

export const outgoingWords: Readonly<
  Record<OutgoingState, { readonly words: string; readonly color: string }>
> = {
  waiting: { words: 'waiting', color: 'blue' },
  refused: { words: 'refused', color: 'red' },
  accepted: { words: 'accepted', color: 'teal' },
  dropped: { words: 'dropped', color: 'gray' },
}

import type { ConsoleHandlers } from './console-api.ts'
import { feedHandlers } from './hl7/feed-settings.ts'
import type { Hl7Parts } from './hl7/hl7-parts.ts'
import { messageHandlers } from './hl7/messages.ts'
import { outgoingHandlers } from './hl7/outgoing.ts'
import { repairHandlers } from './hl7/repair.ts'
import { createReplayJobs } from './hl7/replay-jobs.ts'
import type { hl7Calls } from './hl7-protocol.ts'
import type { outgoingCalls } from './outgoing-protocol.ts'

/** Every call about feeds and messages. */
export function hl7Handlers(
  parts: Hl7Parts & { readonly onFault: (fault: unknown) => void },
): Pick<ConsoleHandlers, keyof typeof hl7Calls | keyof typeof outgoingCalls> {
  const { store, hl7, onFault } = parts
  const jobs = createReplayJobs({ letters: hl7.deadLetters, inbox: store.inbox, onFault })
  return {
    ...messageHandlers(parts),
    ...repairHandlers(parts, jobs),
    ...feedHandlers(parts),
    ...outgoingHandlers(parts),
  }
}

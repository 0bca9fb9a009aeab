import type { ConsoleHandlers } from '../console-api.ts'
import { feedHandlers } from './feed-settings.ts'
import type { Hl7Parts } from './hl7-parts.ts'
import { messageHandlers } from './messages.ts'
import { outgoingHandlers } from './outgoing.ts'
import { repairHandlers } from './repair.ts'
import { createReplayJobs } from './replay-jobs.ts'
import type { hl7Calls } from '../protocol/hl7.ts'
import type { outgoingCalls } from '../protocol/outgoing.ts'

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

import type { Clock } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Hl7 } from '../../hl7/index.ts'
import type { Deed, Store } from '../../store/contract.ts'
import type { ConsoleCaller } from '../signing-in/console-sessions.ts'
import { writeDown } from '../write-down.ts'

/** What the console's calls about feeds work with. */
export type Hl7Parts = {
  readonly store: Store
  readonly clock: Clock
  readonly hl7: Pick<Hl7, 'port' | 'connections' | 'deadLetters' | 'workbench'>
}

/** What was done about messages is written down, and each remembers it by itself as well. */
export async function noteDeed(
  parts: Hl7Parts,
  caller: ConsoleCaller,
  action: Deed['action'],
  sequences: readonly number[],
): Promise<void> {
  const { store, clock } = parts
  const summaries = await store.inbox.summaries(sequences)
  await writeDown(parts, caller, { action: `hl7-${action}`, ids: summaries.map(({ id }) => id) })
  const deed = { at: instant(clock), by: caller.user, action, purpose: caller.by.purpose }
  await store.desk.note(summaries.map(({ sequence }) => ({ sequence, ...deed })))
}

/** Who may see what messages say. */
export function isAnalyst({ subject }: ConsoleCaller): boolean {
  return subject.grants.some(({ role }) => role === 'interface-analyst')
}

/** Names of users by id; an id where there is no such user any more. */
export async function namesOf({ store }: Pick<Hl7Parts, 'store'>): Promise<(id: Id) => string> {
  const users = new Map((await store.access.users()).map(({ id, name }) => [id, name]))
  return (id) => users.get(id) ?? id
}

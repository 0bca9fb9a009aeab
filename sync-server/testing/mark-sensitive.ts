import { newId } from '#app/kernel/index.ts'
import type { Id, Sensitivity } from '#app/kernel/index.ts'
import type { TestServer } from './test-server.ts'

const from = '2020-01-01T00:00:00.000Z'

/** A feed says of a record that it is sensitive, of an observation unless told; `set` is what else it says. */
export async function mark(
  { store, door, synthetic }: TestServer,
  id: Id,
  sensitivity: Sensitivity,
  set: Readonly<Record<string, string>> = {},
  module: 'observations' | 'patients' = 'observations',
): Promise<void> {
  const feedId = newId()
  const grants = [{ id: newId(), userId: feedId, role: 'feed', scope: 'org', from, until: null } as const]
  const actor = {
    type: 'feed',
    feedId,
    messageId: newId(),
    at: from,
    subject: { id: feedId, orgId: synthetic.organisation.id, grants },
    ownership: () => 'feed' as const,
  } as const
  const write = { module, id, set, sensitivities: [sensitivity] } as const
  await store.transaction((tx) => door.feed(tx, actor, [write]))
}

import type { Clock, CollectionName, Id } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import type {
  FetchAnswer,
  FetchRequest,
  PullAnswer,
  PullRequest,
  PushAnswer,
  PushRequest,
} from '#app/protocol/index.ts'
import type { SignedIn } from '../access/sessions.ts'
import type { Store } from '../store/contract.ts'
import { fetchByIds } from './pull/fetch.ts'
import { Progress } from './pull/progress.ts'
import { pull } from './pull/pull.ts'
import type { Viewer } from './view.ts'
import type { WriteDoor } from './write-door.ts'

/** What a signed-in device may ask for. Each page that holds documents is one entry of the audit. */
export type SyncService = {
  pull(who: SignedIn, request: PullRequest): Promise<PullAnswer>
  push(who: SignedIn, request: PushRequest): Promise<PushAnswer>
  fetch(who: SignedIn, request: FetchRequest): Promise<FetchAnswer>
}

export function createSyncService(store: Store, door: WriteDoor, clock: Clock): SyncService {
  const progress = new Progress()

  async function viewerFor({ subject }: SignedIn): Promise<Viewer> {
    const identity = await store.identity()
    if (identity === null) throw new Error('a read before the organisation')
    return { subject, at: instant(clock), incarnation: identity.incarnation }
  }

  /** Before the answer leaves: what was shown stands in the audit. */
  async function audited(
    who: SignedIn,
    action: 'pull' | 'fetch',
    collection: CollectionName,
    rows: readonly { readonly id: Id; readonly _deleted?: unknown }[],
  ): Promise<void> {
    const ids = rows.filter(({ _deleted }) => _deleted !== true).map(({ id }) => id)
    if (ids.length === 0) return
    const at = instant(clock)
    const { userId: actor, deviceId, address } = who
    await store.audit.append({ at, actor, deviceId, address, action, collection, ids })
  }

  return {
    async pull(who, request) {
      const viewer = await viewerFor(who)
      const answer = await store.snapshot((read) => pull(read, viewer, request, progress))
      await audited(who, 'pull', request.collection, answer.documents)
      return answer
    },
    async push({ userId, deviceId, subject }, { items, place }) {
      const actor = { type: 'person', userId, deviceId, subject, place } as const
      return { results: await door.push(actor, items) }
    },
    async fetch(who, request) {
      const viewer = await viewerFor(who)
      const answer = await store.snapshot((read) => fetchByIds(read, viewer, request))
      await audited(who, 'fetch', request.collection, answer.documents)
      return answer
    },
  }
}

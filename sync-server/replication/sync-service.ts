import type { Clock, CollectionName, Id } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import type {
  EstimateAnswer,
  EvictedAnswer,
  EvictedRequest,
  FetchAnswer,
  FetchRequest,
  FirstAnswer,
  PullAnswer,
  PullRequest,
  PushAnswer,
  PushRequest,
  ViewOrTombstone,
} from '#app/protocol/index.ts'
import { routes } from '#app/protocol/index.ts'
import { dayAt } from '#app/values/index.ts'
import type { SignedIn } from '../access/sessions/sessions.ts'
import type { DocumentRef, Identity, Store } from '../store/contract.ts'
import { settleEvictions } from './evictions.ts'
import { estimate } from './pull/estimate.ts'
import { fetchByIds } from './pull/fetch.ts'
import { whatComesFirst } from './pull/first.ts'
import { Progress } from './pull/progress.ts'
import { pull } from './pull/pull.ts'
import type { Viewer } from './view.ts'
import type { WriteDoor } from './write-door.ts'

/** What a signed-in device may ask for. Each page that holds documents is one entry of the audit. */
export type SyncService = {
  pull(who: SignedIn, request: PullRequest): Promise<PullAnswer>
  push(who: SignedIn, request: PushRequest): Promise<PushAnswer>
  fetch(who: SignedIn, request: FetchRequest): Promise<FetchAnswer>
  /** Takes a device's word for what is gone from its disk; answers what else was taken from it. */
  evicted(who: SignedIn, request: EvictedRequest): Promise<EvictedAnswer>
  /** What the device's copy will hold. Nothing of it leaves the server, so nothing of it is in the audit. */
  estimate(who: SignedIn): Promise<EstimateAnswer>
  /** What the user needs first, by ids alone: the audit has what is then fetched of it. */
  first(who: SignedIn): Promise<FirstAnswer>
}

export function createSyncService(store: Store, door: WriteDoor, clock: Clock): SyncService {
  const progress = new Progress()

  async function identityNow(): Promise<Identity> {
    const identity = await store.identity()
    if (identity === null) throw new Error('a read before the organisation')
    return identity
  }

  async function viewerFor({ subject }: SignedIn): Promise<Viewer> {
    const { incarnation } = await identityNow()
    return { subject, at: instant(clock), incarnation }
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

  /** Asked for by id and not shown: hidden and unknown are answered alike, and written down alike. Nothing of it left. */
  async function withheld(
    { userId: actor, deviceId, address }: SignedIn,
    collection: CollectionName,
    rows: readonly ViewOrTombstone[],
  ): Promise<void> {
    const ids = [...new Set(rows.filter(isTombstone).map(({ id }) => id))]
    if (ids.length === 0) return
    const by = { at: instant(clock), actor, deviceId, address }
    const refused = { action: 'request', purpose: routes.fetch.path, outcome: 'sync.not-visible' }
    await store.audit.append({ ...by, ...refused, collection, ids })
  }

  /** Before they leave: a device that gets tombstones owes a receipt for them. */
  async function takenFrom({ deviceId }: SignedIn, refs: readonly DocumentRef[]): Promise<void> {
    if (refs.length > 0) await store.access.addEvictions(deviceId, refs, instant(clock))
  }

  return {
    async pull(who, request) {
      const { collection } = request
      const viewer = await viewerFor(who)
      const answer = await store.snapshot((read) => pull(read, viewer, request, progress))
      const tombstones = answer.documents.filter(isTombstone).map(({ id }) => ({ collection, id }))
      await Promise.all([audited(who, 'pull', collection, answer.documents), takenFrom(who, tombstones)])
      return answer
    },
    async push(who, { items, place }) {
      const { userId, deviceId, address, subject } = who
      const actor = { type: 'person', userId, deviceId, address, subject, place } as const
      const results = await door.push(actor, items)
      // What this server never had was never taken back: it is refused.
      const known = results.filter(({ view }, at) => isTombstone(view) && items[at]?.rev !== '')
      await takenFrom(
        who,
        known.map(({ collection, id }) => ({ collection, id })),
      )
      return { results }
    },
    async fetch(who, request) {
      const viewer = await viewerFor(who)
      const answer = await store.snapshot((read) => fetchByIds(read, viewer, request))
      const { documents } = answer
      await Promise.all([
        audited(who, 'fetch', request.collection, documents),
        withheld(who, request.collection, documents),
      ])
      return answer
    },
    async evicted(who, request) {
      return settleEvictions({ store, viewer: await viewerFor(who) }, who, request)
    },
    async estimate(who) {
      const viewer = await viewerFor(who)
      return { collections: await store.snapshot((read) => estimate(read, viewer)) }
    },
    async first(who) {
      const { zone } = (await identityNow()).organisation
      const today = dayAt(clock.now(), zone)
      return { parts: await whatComesFirst(store, await viewerFor(who), { today, zone }) }
    },
  }
}

function isTombstone(view: ViewOrTombstone): boolean {
  return '_deleted' in view
}

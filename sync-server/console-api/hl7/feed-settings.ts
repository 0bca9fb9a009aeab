import { AppError, instant, sameJson, says } from '#app/kernel/index.ts'
import type { Id, Json } from '#app/kernel/index.ts'
import { allModules, modules } from '#app/modules/index.ts'
import { agreementInForce } from '../../access/agreements/in-force.ts'
import { feedSettingsSchema, linesOf, settingsJson } from '../../hl7/index.ts'
import type { FeedSettings } from '../../hl7/index.ts'
import type { KeptFeed, Reader } from '../../store/contract.ts'
import type { ConsoleHandlers } from '../console-api.ts'
import type { ConsoleAnswer, ConsoleRequest } from '../protocol/console.ts'
import type { ConsoleCaller } from '../signing-in/console-sessions.ts'
import { writeDown } from '../write-down.ts'
import { isAnalyst, namesOf } from './hl7-parts.ts'
import type { Hl7Parts } from './hl7-parts.ts'
import { described } from './repair.ts'
import { reasonOf } from './reason.ts'

/** What is settled about a feed: looked at, changed by versions, and tried out on a message before it is. */
export function feedHandlers(
  parts: Hl7Parts,
): Pick<ConsoleHandlers, 'hl7-feed' | 'hl7-save-feed' | 'hl7-try'> {
  return {
    'hl7-feed': ({ id }) => feedPage(parts, id),
    'hl7-save-feed': (wanted, caller) => saveFeed(parts, wanted, caller),
    'hl7-try': (wanted, caller) => tryOut(parts, wanted, caller),
  }
}

async function feedPage(parts: Hl7Parts, id: Id): Promise<ConsoleAnswer<'hl7-feed'>> {
  const { store } = parts
  const { name, version, disabledAt, settings } = await feedBy(parts, id)
  const nameOf = await namesOf(parts)
  const former = await store.feeds.versions(id)
  return {
    id,
    name,
    version,
    disabledAt,
    settings,
    former: former.map(({ replacedAt, replacedBy, version: number, name: called, settings: were }) => ({
      version: number,
      name: called,
      settings: were,
      replaced: { by: nameOf(replacedBy), at: replacedAt },
    })),
    sites: await store.snapshot(sitesIn),
    modules: ownable,
  }
}

async function feedBy({ store }: Hl7Parts, id: Id): Promise<KeptFeed> {
  const feed = await store.feeds.byId(id)
  if (feed === null) throw new AppError('request.invalid', { place: 'id' })
  return feed
}

/** What a feed may write at all. */
const ownable = Object.fromEntries(
  allModules
    .filter(({ access }) => access.feed !== undefined)
    .map(({ name, fields }) => [name, Object.keys(fields)]),
)

async function sitesIn(read: Reader): Promise<{ id: Id; name: string }[]> {
  const { collection, kind } = modules.locations
  const rows = await read.range(collection, [{ kinds: [kind], scopes: 'all' }], {
    after: '',
    through: null,
    limit: 1_000,
  })
  const documents = await read.documents(
    collection,
    rows.map(({ id }) => id),
  )
  return documents
    .filter(({ body: { doc } }) => doc['type'] === 'site' && doc.removedAt === null)
    .map(({ id, body: { doc } }) => ({ id, name: String(doc['name']) }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

async function saveFeed(
  parts: Hl7Parts,
  { id, version, name, enabled, settings }: ConsoleRequest<'hl7-save-feed'>,
  caller: ConsoleCaller,
): Promise<ConsoleAnswer<'hl7-save-feed'>> {
  const { store, clock } = parts
  const parsed = feedSettingsSchema.safeParse(settings)
  if (!parsed.success) return { saved: false, issues: issuesOf(parsed.error) }
  const feed = await feedBy(parts, id)
  const next = settingsJson(parsed.data)
  if (redirects(feed.settings, parsed.data) && !isAnalyst(caller)) throw new AppError('access.forbidden')
  const at = instant(clock)
  if (!(await restsOnAgreement(parts, feed.settings, parsed.data, at)))
    return { saved: false, issues: [{ path: 'send.agreementId', says: says('hl7.destination-agreement') }] }
  const disabledAt = enabled ? null : (feed.disabledAt ?? at)
  const changed = { ...feed, name, disabledAt, settings: next }
  await writeDown(parts, caller, { action: 'save-feed', ids: [id], facts: { version: version + 1 } })
  const saved = await store.feeds.revise({ feed: changed, version, by: caller.user, at })
  if (!saved) throw new AppError('sync.changed-meanwhile', { field: 'settings' })
  return { saved: true, version: version + 1 }
}

/** Where what Rounds sends goes: who may not see a message may not have one sent to themselves. */
const destinations = ['replyTo', 'send'] as const

function redirects(before: Json, after: FeedSettings): boolean {
  // As they are read today: a setting that came later has its usual value in both.
  const was = feedSettingsSchema.parse(before)
  return destinations.some((name) => !sameJson(was[name], after[name]))
}

/** An agreement that is named anew must hold. None may be named, or one have ended since: then nothing is sent. */
async function restsOnAgreement(
  { store }: Hl7Parts,
  before: Json,
  { send }: FeedSettings,
  at: string,
): Promise<boolean> {
  const named = send?.agreementId ?? null
  const isNew = named !== null && named !== feedSettingsSchema.parse(before).send?.agreementId
  return !isNew || (await agreementInForce(store, named, at)) !== null
}

type Refusal = ReturnType<typeof feedSettingsSchema.safeParse>['error'] & {}

function issuesOf({ issues }: Refusal): { path: string; says: string }[] {
  return issues.map(({ path, message }) => ({ path: path.join('.'), says: message }))
}

/** Nothing of it is stored, but that it was done. */
async function tryOut(
  parts: Hl7Parts,
  { feedId, settings, lines }: ConsoleRequest<'hl7-try'>,
  caller: ConsoleCaller,
): Promise<ConsoleAnswer<'hl7-try'>> {
  const nothing = {
    sender: 'unreadable',
    encoding: '',
    tree: null,
    answers: [],
    closes: false,
    run: null,
  } as const
  const parsed = feedSettingsSchema.safeParse(settings)
  if (!parsed.success) return { ...nothing, answers: [], issues: issuesOf(parsed.error) }
  const { name, version } = await feedBy(parts, feedId)
  const feed = { id: feedId, name, version, settings: parsed.data }
  const tried = await parts.hl7.workbench.try(feed, lines)
  if (!tried.ok) {
    return { ...nothing, answers: [], issues: [], run: { taken: false, reason: reasonOf(tried.error) } }
  }
  const { sender, encoding, tree, answers, run, fault } = tried.value
  const ids = run?.changes.map(({ id }) => id) ?? []
  await writeDown(parts, caller, { action: 'hl7-try', ids: [feedId, ...ids] })
  return {
    issues: [],
    sender,
    encoding,
    tree,
    answers: (answers ?? []).map((answer) => linesOf(answer, null).filter((line) => line !== '')),
    closes: answers === null,
    run:
      run === null
        ? { taken: false, reason: reasonOf(fault ?? {}) }
        : described(run, caller.subject, instant(parts.clock)),
  }
}

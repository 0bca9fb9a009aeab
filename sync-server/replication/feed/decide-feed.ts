import { permissionFor } from '#app/access/index.ts'
import { blankOf, jsonSchema, sameJson, sensitivityScope } from '#app/kernel/index.ts'
import type { AnyModule, Conflict, ErrorCode, Json, Reference, Stamp } from '#app/kernel/index.ts'
import { mergeFields } from '#app/merge/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { LostValue } from '#app/merge/index.ts'
import type { StoredBody, StoredDocument } from '../../store/contract.ts'
import type { FeedActor } from '../actor.ts'
import type { TeamsOf } from '../care-teams.ts'
import { compose, ledgerEntries, pick } from '../compose.ts'
import type { FeedWrite } from './feed-write.ts'

// What becomes of one write of a feed. Pure. A feed's edit is the difference from what that feed itself said last, so
// that a snapshot that repeats an old value never undoes a person's correction.

export type FeedQuestion = {
  readonly module: AnyModule
  readonly write: FeedWrite
  readonly current: StoredDocument | null
  readonly actor: FeedActor
  readonly now: string
  exists(reference: Reference): boolean
  readonly teamsOf: TeamsOf
}

export type FeedDecision =
  | {
      readonly outcome: 'created' | 'changed'
      readonly body: StoredBody
      readonly conflicts: readonly Conflict[]
      readonly changed: readonly string[]
      readonly waiting: readonly string[]
    }
  /** `body` is there where only the feed's own last values are new. */
  | { readonly outcome: 'unchanged'; readonly body: StoredBody | null }
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly field?: string }

export function decideFeed(question: FeedQuestion): FeedDecision {
  const { module, write } = question
  const unknown = [...Object.keys(write.set), ...Object.keys(write.create ?? {})].find(
    (name) => module.fields[name] === undefined,
  )
  if (unknown !== undefined) return refused('sync.invalid', unknown)
  return question.current === null ? decideCreation(question) : decideUpdate(question, question.current)
}

function decideCreation(question: FeedQuestion): FeedDecision {
  const { module, write, actor } = question
  if (write.create === undefined) return refused('sync.not-visible')
  const blank: Readonly<Record<string, unknown>> = blankOf(module)
  const changes = { ...blank, ...write.create, ...write.set }
  const stamped = Object.keys(changes).filter(
    (name) => Object.hasOwn(write.set, name) || !sameJson(pick(changes, [name])[name], blank[name]),
  )
  const { orgId } = actor.subject
  const feeds = { [actor.feedId]: write.set }
  const composed = compose({
    module,
    id: write.id,
    orgId,
    before: null,
    changes,
    stamped,
    stamp: stampOf(actor),
    feeds,
    sensitivities: write.sensitivities,
    checked: [blank],
    teamsOf: question.teamsOf,
  })
  if (!composed.ok) return refused('sync.invalid', composed.field)
  const denied = denial(question, composed.body, stamped, 'create') ?? orphaned(question, null, composed.body)
  return denied ?? { outcome: 'created', body: composed.body, conflicts: [], changed: stamped, waiting: [] }
}

function decideUpdate(question: FeedQuestion, current: StoredDocument): FeedDecision {
  const { module, write, actor } = question
  const before = current.body
  if (before.doc.kind !== module.kind) return refused('sync.invalid', 'kind')
  const denied = denial(question, before, Object.keys(write.set), 'write')
  if (denied !== null) return denied
  const last = before.feeds[actor.feedId] ?? {}
  const news = Object.keys(write.set).filter(
    (name) => !Object.hasOwn(last, name) || !sameJson(last[name], write.set[name]),
  )
  const marks = (write.sensitivities ?? []).filter(
    (one) => !before.doc.scopes.includes(sensitivityScope(one)),
  )
  if (news.length === 0 && marks.length === 0) return { outcome: 'unchanged', body: null }

  const { changes, lost, agreed } = weigh(question, before, last, news)
  const feeds = { ...before.feeds, [actor.feedId]: { ...last, ...write.set } }
  const stamp = stampOf(actor)
  // A value that the feed says again (the echo of our own) is the feed's from now on.
  const stamped = [...Object.keys(changes), ...agreed]
  const composed = compose({
    module,
    id: write.id,
    orgId: before.doc.orgId,
    before,
    changes,
    stamped,
    stamp,
    feeds,
    sensitivities: marks,
    // What is stored passed when it was written.
    checked: [before.doc],
    teamsOf: question.teamsOf,
  })
  if (!composed.ok) return refused('sync.invalid', composed.field)
  const orphan = orphaned(question, before, composed.body)
  if (orphan !== null) return orphan
  const changed = [...Object.keys(changes), ...(marks.length > 0 ? ['scopes'] : [])]
  const waiting = lost.map(({ field }) => field)
  if (changed.length === 0 && waiting.length === 0) return { outcome: 'unchanged', body: composed.body }
  const conflicts = ledgerEntries(write.id, actor.messageId, lost, stamp, before)
  return { outcome: 'changed', body: composed.body, conflicts, changed, waiting }
}

type Weighed = {
  readonly changes: Record<string, unknown>
  readonly lost: LostValue[]
  readonly agreed: string[]
}

/** Field by field, by who owns it. */
function weigh(
  { module, write, actor }: FeedQuestion,
  before: StoredBody,
  last: Readonly<Record<string, Json>>,
  news: readonly string[],
): Weighed {
  const weighed: Weighed = { changes: {}, lost: [], agreed: [] }
  for (const name of news) {
    const incoming = write.set[name]
    const current = before.doc[name]
    const agreed = agreement(actor, write.module, name, incoming, current)
    if (agreed !== undefined) {
      weighed.agreed.push(name)
      if (!sameJson(agreed, current)) weighed.changes[name] = agreed
      continue
    }
    const owner = actor.ownership(write.module, name)
    const editedHere = isEditedHere(before.stamps[name])
    if (owner === 'rounds') {
      weighed.lost.push({ field: name, losing: incoming, winning: current, waits: true, loser: 'mine' })
    } else if (owner === 'feed') {
      weighed.changes[name] = incoming
      if (editedHere) {
        weighed.lost.push({ field: name, losing: current, winning: incoming, waits: false, loser: 'current' })
      }
    } else {
      // Before its first word on a field, a feed has seen whatever no person wrote.
      const base = Object.hasOwn(last, name) ? last[name] : editedHere ? undefined : current
      share(module, name, { base, mine: incoming, current }, weighed)
    }
  }
  return weighed
}

/** By whoever is no feed: a person, or a machine that wrote by FHIR. */
function isEditedHere(stamp: Stamp | undefined): boolean {
  return stamp?.origin === 'person' || stamp?.origin === 'client'
}

function agreement(
  actor: FeedActor,
  module: ModuleName,
  name: string,
  said: Json | undefined,
  held: unknown,
): Json | undefined {
  if (said === undefined || held === undefined) return undefined
  if (sameJson(said, held)) return said
  return actor.agrees?.(module, name, said, jsonSchema.parse(held))
}

type Values = { readonly base: unknown; readonly mine: unknown; readonly current: unknown }

/** A shared field goes by its merge rule. */
function share(module: AnyModule, name: string, values: Values, weighed: Weighed): void {
  const spec = module.fields[name]
  if (spec === undefined) return
  const { merged, changed, lost } = mergeFields({
    fields: { [name]: spec },
    base: values.base === undefined ? null : { [name]: values.base },
    mine: { [name]: values.mine },
    current: { [name]: values.current },
  })
  Object.assign(weighed.changes, pick(merged, changed))
  weighed.lost.push(...lost)
}

function denial(
  { module, actor, now }: FeedQuestion,
  body: StoredBody,
  fields: readonly string[],
  action: 'create' | 'write',
): FeedDecision | null {
  const permission = permissionFor(actor.subject, module, body.doc.scopes, now)
  if (!permission.visible || (action === 'create' && !permission.create)) return refused('access.forbidden')
  const closed = fields.find((name) => !permission.write.has(name))
  return closed === undefined ? null : refused('sync.refused-field', closed)
}

function orphaned(question: FeedQuestion, before: StoredBody | null, after: StoredBody): FeedDecision | null {
  const { module } = question
  const old = new Set(before === null ? [] : module.refers(before.doc).map(({ id }) => id))
  const missing = module
    .refers(after.doc)
    .some(
      (reference) => !old.has(reference.id) && reference.id !== after.doc.id && !question.exists(reference),
    )
  return missing ? refused('sync.parent-refused') : null
}

function stampOf(actor: FeedActor): Stamp {
  return { at: actor.at, by: actor.feedId, origin: 'feed', message: actor.messageId }
}

function refused(code: ErrorCode, field?: string): FeedDecision {
  return { outcome: 'refused', code, ...(field === undefined ? {} : { field }) }
}

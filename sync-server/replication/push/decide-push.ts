import { permissionFor } from '#app/access/index.ts'
import { blankOf, sameJson } from '#app/kernel/index.ts'
import type { Stamp } from '#app/kernel/index.ts'
import { mergeFields } from '#app/merge/index.ts'
import { versionOf } from '#app/protocol/index.ts'
import type { StoredBody, StoredDocument } from '../../store/contract.ts'
import { broughtBack, settledConflicts, whatTheAuthorSaid, writesExt } from './author-said.ts'
import { compose, ledgerEntries, openEnvelope, pick } from '../compose.ts'
import { refused } from './push-question.ts'
import type { Decision, PushQuestion } from './push-question.ts'

// What becomes of one pushed document. Pure: the same question has the same answer. Invariants:
//
// - A field that the author can't see, or could not see when they made the edit, keeps its value.
// - A field changes only where the author's role may write it.
// - No value is overwritten without an entry in the ledger, unless the author had seen it.
// - What is stored is valid as a whole, and its author can see it.

export function decidePush(question: PushQuestion): Decision {
  return question.current === null ? decideCreation(question) : decideEdit(question, question.current)
}

function decideCreation(question: PushQuestion): Decision {
  const { module, view, actor, now } = question
  const blank: Readonly<Record<string, unknown>> = blankOf(module)
  const given = pick(view, Object.keys(module.fields))
  const changes = { ...blank, ...given, ...pick(view, openEnvelope) }
  const stamped = Object.keys(given).filter((name) => !sameJson(given[name], blank[name]))
  const { orgId } = actor.subject
  const composed = compose({
    module,
    id: view.id,
    orgId,
    before: null,
    changes,
    stamped,
    stamp: stampOf(question),
    checked: [view, blank],
    teamsOf: question.teamsOf,
  })
  if (!composed.ok) return refused('sync.invalid', composed.field)
  const permission = permissionFor(actor.subject, module, composed.body.doc.scopes, now)
  if (!permission.create || !permission.visible) return refused('access.forbidden')
  const closed = stamped.find((name) => !permission.write.has(name))
  if (closed !== undefined) return refused('sync.refused-field', closed)
  if (Object.keys(view.ext).length > 0 && !writesExt(permission)) return refused('sync.refused-field', 'ext')
  const conflicts = broughtBack(question, stampOf(question), permission, [])
  return (
    brokenParent(question, null, composed.body) ??
    unwelcome(question, null, composed.body) ?? { outcome: 'applied', body: composed.body, conflicts }
  )
}

function decideEdit(question: PushQuestion, current: StoredDocument): Decision {
  const { module, view, actor, now } = question
  const permission = permissionFor(actor.subject, module, current.scopes, now)
  if (!permission.visible) return refused('sync.not-visible')
  if (view.kind !== current.body.doc.kind) return refused('sync.invalid', 'kind')
  const spoken = whatTheAuthorSaid(question, current, permission)
  if (!Array.isArray(spoken)) return spoken
  const said = question.unsure ? spoken.filter((name) => isChanged(question, name)) : spoken
  const settled = settledConflicts(view, current, permission)
  if (!Array.isArray(settled)) return settled

  const mine = pick(view, said)
  const { merged, changed, lost } = mergeFields({
    fields: Object.fromEntries(Object.entries(module.fields).filter(([name]) => said.includes(name))),
    base: baseOf(question, said),
    mine,
    current: pick(current.body.doc, said),
  })
  const stamp = stampOf(question)
  const brought = broughtBack(question, stamp, permission, current.conflicts)
  if ([changed, lost, settled, brought].every(({ length }) => length === 0)) return { outcome: 'unchanged' }

  const before = current.body
  const changes = pick(merged, changed)
  const awaits = awaited(question, changes)
  const composed = compose({
    module,
    id: view.id,
    orgId: before.doc.orgId,
    before,
    changes,
    stamp,
    awaits,
    checked: [view],
    teamsOf: question.teamsOf,
  })
  if (!composed.ok) return refused('sync.invalid', composed.field)
  const after = permissionFor(actor.subject, module, composed.body.doc.scopes, now)
  if (!after.visible) return refused('sync.not-visible')
  const stated = [...Object.keys(module.fields), ...openEnvelope].filter((name) => view[name] !== undefined)
  const stored = composed.body.doc
  const asPushed = lost.length === 0 && stated.every((name) => sameJson(stored[name], view[name]))
  return (
    brokenParent(question, before, composed.body) ??
    unwelcome(question, before, composed.body) ?? {
      outcome: asPushed ? 'applied' : 'merged',
      body: composed.body,
      conflicts: [
        ...settled,
        ...brought,
        ...ledgerEntries(view.id, question.edit, lost, stamp, before, startOf(question)),
      ],
    }
  )
}

/** Fields that another system decides: what is written there is a request until it has said the same. */
function awaited({ asks }: PushQuestion, changes: Readonly<Record<string, unknown>>): Record<string, string> {
  const asked = Object.entries(changes).map(([name, value]) => [name, asks(name, value)] as const)
  return Object.fromEntries(asked.flatMap(([name, whom]) => (whom === null ? [] : [[name, whom]])))
}

/** What an unsure author left as it was says nothing: it may be old. */
function isChanged({ base, view }: PushQuestion, name: string): boolean {
  return typeof base === 'string' || !sameJson(view[name], base[name])
}

/** Two creations under one id have the blank record in common. */
function baseOf(
  { module, base, unsure }: PushQuestion,
  said: readonly string[],
): Record<string, unknown> | null {
  if (base === 'unknown' || unsure) return null
  return pick(base === 'none' ? { ...blankOf(module), removedAt: null, ext: {} } : base, said)
}

/** The version that author and server both started from; null where that is not known, or there was none. */
function startOf({ base, rev, unsure }: PushQuestion): string | null {
  return typeof base === 'string' || unsure ? null : versionOf(rev)
}

/** Only references that this edit makes are looked at: a record whose parent went away later can still be edited. */
function brokenParent(question: PushQuestion, before: StoredBody | null, after: StoredBody): Decision | null {
  const { module } = question
  const old = new Set(before === null ? [] : module.refers(before.doc).map(({ id }) => id))
  for (const reference of module.refers(after.doc)) {
    if (old.has(reference.id) || reference.id === after.doc.id) continue
    const parent = question.parent(reference)
    if (parent === 'removed') return refused('sync.parent-removed')
    if (parent === 'absent') return refused('sync.parent-refused')
  }
  return null
}

/** Nobody reaches out to a patient who has died. */
function unwelcome(
  { module, beyondReach }: PushQuestion,
  before: StoredBody | null,
  after: StoredBody,
): Decision | null {
  const outreach = module.outreach(after.doc, before?.doc ?? null)
  if (outreach === null || !beyondReach(outreach.patientId, outreach.at)) return null
  return refused('patient.deceased', 'patientId')
}

/** The author's clock tells when, but never a time to come. */
function stampOf({ view, actor, now }: PushQuestion): Stamp {
  if (actor.type === 'client') return { at: now, by: actor.clientId, origin: 'client' }
  const at = view.updated.at < now ? view.updated.at : now
  return { at, by: actor.userId, origin: 'person', device: actor.deviceId }
}

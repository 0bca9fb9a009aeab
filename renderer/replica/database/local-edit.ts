import type { z } from 'zod'
import { permissionFor } from '#app/access/index.ts'
import type { Permission, Subject } from '#app/access/index.ts'
import { AppError, blankOf, envelopeShape, instant, sameJson, viewSchema } from '#app/kernel/index.ts'
import type {
  AnyDocument,
  AnyModule,
  Clock,
  Conflict,
  ErrorFacts,
  Id,
  Scope,
  Stamp,
} from '#app/kernel/index.ts'
import { mergeFields } from '#app/merge/index.ts'
import { scopesOf } from '#app/modules/shared/scopes.ts'
import { isPending, isUnstored, viewOf } from './stored-document.ts'
import type { StoredDocument } from './stored-document.ts'

// What a person's write makes of a document. Pure. Invariants:
//
// - every write has a new `edit`, even one that takes back the one before
// - `rev` stays: it names the server's state that the edit rests on
// - what is written fits the module, and only what the author may write is changed

/** Who writes, where, and when. */
export type Author = {
  readonly subject: Subject
  readonly deviceId: Id
  readonly clock: Clock
  readonly newId: () => Id
}

/** What an author writes at one moment, in one record or in many: all of it bears one stamp. */
export type Act = Pick<Author, 'subject' | 'newId'> & {
  readonly stamp: Stamp
  /** What the author may do with records of these scopes: found out once. */
  permission(module: AnyModule, scopes: readonly string[]): Permission
}

export function actOf(author: Author): Act {
  const { subject, newId, deviceId, clock } = author
  const stamp: Stamp = { at: instant(clock), by: subject.id, origin: 'person', device: deviceId }
  const known = new Map<string, Permission>()
  return {
    subject,
    newId,
    stamp,
    permission(module, scopes) {
      const key = `${module.name} ${scopes.join()}`
      const permission = known.get(key) ?? permissionFor(subject, module, scopes, stamp.at)
      known.set(key, permission)
      return permission
    },
  }
}

export type Change = Readonly<Record<string, unknown>>

/** What a new record has beside its data. */
type Circumstances = {
  /** Given where a refused creation is tried again. */
  readonly id?: Id
  /** The care teams of the patient whom it hangs on. */
  readonly teams?: readonly Scope[]
}

/** A new record: what is not given is blank. */
export function createdDocument(
  author: Author,
  module: AnyModule,
  data: Change,
  { id, teams = [] }: Circumstances = {},
): StoredDocument {
  const blank: Readonly<Record<string, unknown>> = blankOf(module)
  const { stamp, permission: permissionOver } = actOf(author)
  const document: StoredDocument = {
    ...blank,
    ...given(data),
    id: id ?? author.newId(),
    kind: module.kind,
    orgId: author.subject.orgId,
    rev: '',
    edit: author.newId(),
    scopes: [],
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: {},
    sources: {},
    conflicts: [],
    localEdit: { author: author.subject.id, before: {} },
  }
  const scopes = scopesOf(module.scope(viewOf(document)), teams)
  const permission = permissionOver(module, scopes)
  if (!permission.create || !permission.visible) throw new AppError('access.forbidden')
  const closed = Object.keys(given(data)).find(
    (name) => !permission.write.has(name) && !sameJson(data[name], blank[name]),
  )
  if (closed !== undefined) throw new AppError('access.forbidden', { field: closed })
  const missing = Object.keys(module.fields).find((name) => document[name] === undefined)
  if (missing !== undefined) throw invalid({ field: missing, says: 'Required', path: missing })
  return checked(module, { ...document, scopes: [...scopes] })
}

/**
 * A record with some of its fields changed. Of the envelope, a person writes `removedAt`, `ext` and `conflicts`. `seen`
 * is the record as the author saw it: what came in since is not overwritten unseen. Throws `sync.changed-meanwhile`.
 */
export function editedDocument(
  author: Author,
  module: AnyModule,
  held: StoredDocument,
  change: Change,
  seen: Change = held,
): StoredDocument {
  return editedIn(actOf(author), module, held, change, seen)
}

/** The same, as one of many in one act. */
export function editedIn(
  { subject, newId, stamp, permission: permissionOver }: Act,
  module: AnyModule,
  held: StoredDocument,
  change: Change,
  seen: Change = held,
): StoredDocument {
  const permission = permissionOver(module, held.scopes)
  const changed = broughtForward(module, held, given(change), seen)
  const names = Object.keys(changed)
  const closed = names.find((name) => !isWritable(permission, name))
  if (closed !== undefined) throw new AppError('access.forbidden', { field: closed })
  const before = beforeOf(held, names)
  const document: StoredDocument = {
    ...held,
    ...changed,
    edit: newId(),
    updated: stamp,
    localEdit:
      held.localEdit?.unsure === true
        ? { author: subject.id, before, unsure: true }
        : { author: subject.id, before },
  }
  checkChanged(module, document, names)
  return document
}

/** The change, made on what was seen, as a change of what is here: by the fields' own rules, where they lose nothing. */
function broughtForward(module: AnyModule, held: StoredDocument, change: Change, seen: Change): Change {
  if (seen === held) return change
  const moved = Object.keys(change).filter((name) => name in seen && !sameJson(seen[name], held[name]))
  if (moved.length === 0) return change
  const of = (from: Change) => Object.fromEntries(moved.map((name) => [name, from[name]]))
  const fields = Object.fromEntries(Object.entries(module.fields).filter(([name]) => moved.includes(name)))
  const { merged, lost } = mergeFields({ fields, base: of(seen), mine: of(change), current: of(held) })
  const overtaken = lost[0]?.field
  if (overtaken !== undefined) throw new AppError('sync.changed-meanwhile', { field: overtaken })
  return { ...change, ...of(merged) }
}

/** A copy that the server has lost: sent again as it is, by whoever is here. */
export function askedDocument(author: Author, held: StoredDocument): StoredDocument {
  return { ...held, edit: author.newId(), localEdit: { author: author.subject.id, before: {} } }
}

/**
 * The change that settles an entry of the conflict ledger. To undo is to take the step from the winner to the loser on
 * the value of now, by the field's own rule: what others added to a list since then stays.
 */
export function settledConflict(
  module: AnyModule,
  held: StoredDocument,
  conflictId: Id,
  choice: 'kept' | 'undone',
): Change {
  const conflict = held.conflicts.find(({ id }) => id === conflictId)
  if (conflict === undefined) return {}
  const conflicts = held.conflicts.map((entry) =>
    entry.id === conflictId ? { ...entry, state: choice } : entry,
  )
  return choice === 'kept' ? { conflicts } : { conflicts, [conflict.field]: undone(module, held, conflict) }
}

function undone(module: AnyModule, held: StoredDocument, { field, losing, winning }: Conflict): unknown {
  return stepOn(module, held, field, { from: winning ?? null, to: losing ?? null })
}

/** What is known of a refused change. */
type RefusedChange = {
  readonly changes: Change
  /** What its author changed, as it was before; the other fields are of a copy. Absent where nobody knows that. */
  readonly before?: Change | undefined
  /** What its author has been shown of the record since. */
  readonly seen: Change
}

/**
 * A refused change, made on what the record holds now: what others added to a list since then stays. Of a copy, what the
 * author may not write is left out. Throws `sync.changed-meanwhile` where it would take the place of a value unseen.
 */
export function resubmittedDocument(
  author: Author,
  module: AnyModule,
  held: StoredDocument,
  { changes, before, seen }: RefusedChange,
): StoredDocument {
  const permission = actOf(author).permission(module, held.scopes)
  const names = Object.keys(changes).filter(
    (name) => before === undefined || name in before || isWritable(permission, name),
  )
  const made = names.map((name) => {
    const isStep = before !== undefined && name in before && name in seen
    const step = { from: before?.[name], to: changes[name] }
    return [name, isStep ? stepOn(module, seen, name, step) : changes[name]]
  })
  const shown = names.map((name) => [name, name in seen ? seen[name] : before?.[name]])
  return editedDocument(author, module, held, Object.fromEntries(made), Object.fromEntries(shown))
}

/** Takes a step on a value, by the field's own rule; where the rule would lose something, a person has decided. */
function stepOn(
  module: AnyModule,
  values: Change,
  field: string,
  { from, to }: { readonly from: unknown; readonly to: unknown },
): unknown {
  const spec = module.fields[field]
  const { merged, lost } = mergeFields({
    fields: spec === undefined ? {} : { [field]: spec },
    base: { [field]: from },
    mine: { [field]: to },
    current: { [field]: values[field] },
  })
  return lost.length === 0 ? merged[field] : to
}

/** Who may make a record may take it away; custom fields go with the sight of all fields. */
function isWritable(permission: Permission, name: string): boolean {
  if (name === 'removedAt') return permission.create
  if (name === 'ext') return permission.readsAll && permission.write.size > 0
  if (name === 'conflicts') return permission.write.size > 0
  return permission.write.has(name)
}

/** What the fields held in the server's view. A document that it has no view of is new as a whole. */
function beforeOf(held: StoredDocument, names: readonly string[]): Record<string, unknown> {
  const known = held.localEdit?.before ?? {}
  const isWhole = isPending(held) && (isUnstored(held.rev) || Object.keys(known).length === 0)
  if (isWhole) return {}
  const before: Record<string, unknown> = {}
  for (const name of names) before[name] = held[name] ?? null
  return Object.assign(before, known)
}

function checked(module: AnyModule, document: StoredDocument): StoredDocument {
  const view = viewOf(document)
  refuse(viewSchema(module).safeParse(view).error?.issues[0], [])
  checkInvariants(module, view)
  return document
}

const envelope: Readonly<Record<string, z.ZodType>> = envelopeShape

/** The other fields were checked when they came: a parse of the whole record costs more than all the rest of a write. */
function checkChanged(module: AnyModule, document: StoredDocument, names: readonly string[]): void {
  for (const name of names) {
    const schema = module.fields[name]?.schema ?? envelope[name]
    if (schema === undefined) throw invalid({ field: name, says: 'Unknown', path: name })
    refuse(schema.safeParse(document[name]).error?.issues[0], [name])
  }
  checkInvariants(module, document)
}

function checkInvariants(module: AnyModule, view: AnyDocument): void {
  const broken = module.invariants.find((invariant) => !invariant.holds(view))
  if (broken !== undefined) throw invalid({ field: broken.field, says: broken.says, path: broken.field })
}

function refuse(issue: z.core.$ZodIssue | undefined, within: readonly string[]): void {
  if (issue === undefined) return
  const path = [...within, ...issue.path]
  throw invalid({ field: String(path[0] ?? ''), says: issue.message, path: path.join('.') })
}

function given(change: Change): Change {
  if (!Object.values(change).includes(undefined)) return change
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

function invalid(facts: ErrorFacts): AppError {
  return new AppError('sync.invalid', facts)
}

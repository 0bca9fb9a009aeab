import { firstValueFrom } from 'rxjs'
import { permissionFor } from '#app/access/index.ts'
import { codeOf } from '#app/kernel/index.ts'
import type { AnyDocument, Conflict, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule, ModuleName } from '#app/modules/index.ts'
import type { Replica } from '#renderer/replica/index.ts'
import type { Random } from '#sync-server/seed/random.ts'
import type { AttachedFile, JournalEntry } from './journal.ts'

/** Few records, so that people meet in them. */
export const CONTENDED = 4
/** The most tags a record takes is 32. */
const FULL = 24

/** A field that many write: how a value that can be told apart looks in it, and what of it is one. */
type Target = {
  readonly module: ModuleName
  readonly field: string
  readonly rule: 'last-writer' | 'set'
  readonly wrap?: (text: string) => unknown
}

const targets: readonly Target[] = [
  { module: 'cases', field: 'subject', rule: 'last-writer' },
  { module: 'cases', field: 'resolution', rule: 'last-writer' },
  { module: 'cases', field: 'tags', rule: 'set' },
  { module: 'patients', field: 'note', rule: 'last-writer' },
  // The hospital's feed writes this one, too (feed.ts).
  {
    module: 'patients',
    field: 'maritalStatus',
    rule: 'last-writer',
    wrap: (text) => ({ codings: [], text }),
  },
  { module: 'accounts', field: 'note', rule: 'last-writer' },
  { module: 'accounts', field: 'tags', rule: 'set' },
  { module: 'opportunities', field: 'nextStep', rule: 'last-writer' },
]

export type Journal = {
  intend(entry: Omit<JournalEntry, 'client' | 'number'>): number
  acknowledge(number: number): void
  /** Somebody else's newer value stood in the way, or the record had left: nothing was written. */
  withdraw(number: number): void
  /** A letter that names a file is durable here, and so is the file. */
  attach(attached: Pick<AttachedFile, 'id' | 'hash'>): void
  /** Something that must never be. */
  find(what: string): void
}

export type Acting = {
  readonly replica: Replica
  readonly random: Random
  /** A text that no other value of the run contains. */
  readonly mark: () => string
  readonly journal: Journal
}

/** One thing a person does, by chance: mostly an edit of a record that others edit too. */
export async function act(acting: Acting): Promise<void> {
  const { replica, random } = acting
  if (random.chance(0.1)) return createTask(acting)
  if (random.chance(0.03)) return tryAgain(acting)
  const target = random.pick(targets)
  const shown = await firstValueFrom(replica.list({ module: target.module }))
  const few = shown.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, CONTENDED)
  if (few.length === 0) return
  const view: AnyDocument = random.pick(few)
  if (!mayWrite(replica, target.module, view, target.field)) return
  const open = view.conflicts.find(({ state, field }) => state === 'open' && field === target.field)
  if (open !== undefined && random.chance(0.3)) return settle(acting, target.module, view, open)
  if (random.chance(0.05)) return removeAndRestore(acting, target.module, view.id)
  return edit(acting, target, view)
}

async function edit(acting: Acting, { module, field, rule, wrap }: Target, view: AnyDocument): Promise<void> {
  const { replica, journal } = acting
  if (rule === 'set' && asList(view[field]).length >= FULL) return
  const written = acting.mark()
  const seen = rule === 'set' ? null : asText(view[field])
  const value = rule === 'set' ? [...asList(view[field]), written] : (wrap?.(written) ?? written)
  const number = journal.intend({ module, id: view.id, field, rule, seen, written })
  // The targets name fields of their modules; which module has which, the type system can't follow.
  const changed: Readonly<Record<string, unknown>> = { [field]: value }
  const change = changed as Partial<DataOfModule<ModuleName>>
  const seenFields = { [field]: view[field] } as Partial<DataOfModule<ModuleName>>
  await journaled(journal, number, () => replica.update(module, view.id, change, seenFields))
}

/** The loser of a conflict is brought back, or let go, by who has read both. */
async function settle(
  { replica, random, journal }: Acting,
  module: ModuleName,
  view: AnyDocument,
  { id, field, losing }: Conflict,
): Promise<void> {
  const choice = random.pick(['kept', 'undone'] as const)
  const [gone, stays] = choice === 'kept' ? [losing, view[field]] : [view[field], losing]
  const facts = { module, id: view.id, field, rule: 'settle', seen: asText(gone) } as const
  const number = journal.intend({ ...facts, written: asText(stays) ?? '' })
  const shown = { [field]: view[field] }
  await journaled(journal, number, () => replica.settleConflict(module, view.id, id, choice, shown))
}

/**
 * What was refused is sent once more as it is, beside what the record says by now: the grants may be others, and there may be
 * room for a tag again. Where there is none the replica says so, and it stays where it was.
 */
async function tryAgain({ replica, random, journal }: Acting): Promise<void> {
  const entries = await firstValueFrom(replica.quarantine$)
  if (entries.length === 0) return
  const { id: entryId, module, documentId: id, changes } = random.pick(entries)
  const view = await replica.get(module, id)
  const fields =
    view === null ? [] : Object.keys(changes).filter((field) => mayWrite(replica, module, view, field))
  const intended = fields.flatMap((field) => {
    const [seen, written] = [asText(view?.[field]), asText(changes[field])]
    if (seen === null || seen === written) return []
    const facts = { module, id, field, rule: 'settle', seen, written: written ?? '' } as const
    return { number: journal.intend(facts), isText: written !== null }
  })
  const done = await unlessGone(() => replica.resubmit(entryId, {}, view ?? {})).catch((failure: unknown) => {
    if (codeOf(failure) !== 'sync.invalid') throw failure
    return null
  })
  for (const { number, isText } of intended) {
    if (done === null) journal.withdraw(number)
    else if (isText) journal.acknowledge(number)
  }
}

async function createTask({ replica, mark, journal }: Acting): Promise<void> {
  const [account] = await firstValueFrom(replica.list({ module: 'accounts', limit: 1 }))
  if (account === undefined) return
  const title = mark()
  const data = {
    title,
    note: null,
    status: 'open',
    priority: 'normal',
    dueOn: null,
    assigneeId: null,
    about: null,
    completedAt: null,
    tags: [],
    accountId: account.id,
    territoryId: account.territoryId ?? null,
    siteId: account.siteIds?.[0] ?? null,
  } as const
  const task = await unlessGone(() => replica.create('tasks', { ...data, tags: [] }))
  if (task === null) return
  const facts = { module: 'tasks', id: task.id, field: 'title', rule: 'create', seen: null } as const
  journal.acknowledge(journal.intend({ ...facts, written: title }))
}

async function removeAndRestore({ replica }: Acting, module: ModuleName, id: Id): Promise<void> {
  await unlessGone(() => replica.remove(module, id))
  await unlessGone(() => replica.restore(module, id))
}

/** What the role does not allow, the screens do not offer. */
function mayWrite(replica: Replica, module: ModuleName, view: AnyDocument, field: string): boolean {
  const permission = permissionFor(replica.subject, modules[module], view.scopes, new Date().toISOString())
  return permission.write.has(field)
}

async function journaled(journal: Journal, number: number, write: () => Promise<unknown>): Promise<void> {
  const done = await unlessGone(write)
  if (done === null) journal.withdraw(number)
  else journal.acknowledge(number)
}

/** Between looking and writing, a record may have left this device, or changed: null then, and nothing is written. */
export async function unlessGone<Result>(write: () => Promise<Result>): Promise<Result | null> {
  try {
    return await write()
  } catch (failure) {
    if (overtaken.has(codeOf(failure))) return null
    throw failure
  }
}

const overtaken: ReadonlySet<string> = new Set([
  'sync.changed-meanwhile',
  'sync.not-visible',
  'access.forbidden',
])

/** The part of a value by which it is told apart. */
function asText(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null && 'text' in value ? asText(value.text) : null
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

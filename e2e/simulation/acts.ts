import { firstValueFrom } from 'rxjs'
import { permissionFor } from '#app/access/index.ts'
import { codeOf } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule, ModuleName } from '#app/modules/index.ts'
import type { Replica } from '#renderer/replica/index.ts'
import type { Random } from '#sync-server/seed/random.ts'
import type { JournalEntry } from './journal.ts'

/** Few records, so that people meet in them. */
const CONTENDED = 4
/** The most tags a record takes is 32. */
const FULL = 24

type Target = {
  readonly module: ModuleName
  readonly field: string
  readonly rule: 'last-writer' | 'set'
}

const targets: readonly Target[] = [
  { module: 'cases', field: 'subject', rule: 'last-writer' },
  { module: 'cases', field: 'resolution', rule: 'last-writer' },
  { module: 'cases', field: 'tags', rule: 'set' },
  { module: 'patients', field: 'note', rule: 'last-writer' },
  { module: 'accounts', field: 'note', rule: 'last-writer' },
  { module: 'accounts', field: 'tags', rule: 'set' },
  { module: 'opportunities', field: 'nextStep', rule: 'last-writer' },
]

export type Journal = {
  intend(entry: Omit<JournalEntry, 'client' | 'number'>): number
  acknowledge(number: number): void
  /** Somebody else's newer value stood in the way, and nothing was written. */
  withdraw(number: number): void
}

/** One thing a person does, by chance: mostly an edit of a record that others edit too. */
export async function act(
  replica: Replica,
  random: Random,
  mark: () => string,
  journal: Journal,
): Promise<void> {
  if (random.chance(0.1)) return createTask(replica, mark(), journal)
  const { module, field, rule } = random.pick(targets)
  const shown = await firstValueFrom(replica.list({ module }))
  const few = shown.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, CONTENDED)
  if (few.length === 0) return
  const view: AnyDocument = random.pick(few)
  if (!mayWrite(replica, module, view, field)) return
  if (random.chance(0.05)) return removeAndRestore(replica, module, view.id)
  if (rule === 'set' && asList(view[field]).length >= FULL) return
  const written = mark()
  const seen = rule === 'set' ? null : asText(view[field])
  const value = rule === 'set' ? [...asList(view[field]), written] : written
  const number = journal.intend({ module, id: view.id, field, rule, seen, written })
  const change: Readonly<Record<string, unknown>> = { [field]: value }
  // The targets name text fields and lists of text only; which module has which, the type system can't follow.
  const seenFields = { [field]: view[field] } as Partial<DataOfModule<ModuleName>>
  try {
    await replica.update(module, view.id, change as Partial<DataOfModule<ModuleName>>, seenFields)
    journal.acknowledge(number)
  } catch (failure) {
    if (codeOf(failure) !== 'sync.changed-meanwhile') throw failure
    journal.withdraw(number)
  }
}

/** What the role does not allow, the screens do not offer. */
function mayWrite(replica: Replica, module: ModuleName, view: AnyDocument, field: string): boolean {
  const permission = permissionFor(replica.subject, modules[module], view.scopes, new Date().toISOString())
  return permission.write.has(field)
}

async function createTask(replica: Replica, title: string, journal: Journal): Promise<void> {
  const [account] = await firstValueFrom(replica.list({ module: 'accounts', limit: 1 }))
  if (account === undefined) return
  const task = await replica.create('tasks', {
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
  })
  const facts = { module: 'tasks', id: task.id, field: 'title', rule: 'create', seen: null } as const
  journal.acknowledge(journal.intend({ ...facts, written: title }))
}

async function removeAndRestore(replica: Replica, module: ModuleName, id: Id): Promise<void> {
  await replica.remove(module, id)
  await replica.restore(module, id)
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

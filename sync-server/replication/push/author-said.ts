import { permissionOfProjection } from '#app/access/index.ts'
import type { Permission } from '#app/access/index.ts'
import { blankOf, derivedId, sameJson } from '#app/kernel/index.ts'
import type { AnyDocument, Conflict, Stamp } from '#app/kernel/index.ts'
import { parseRev } from '#app/protocol/index.ts'
import type { StoredDocument } from '../../store/contract.ts'
import { openEnvelope } from '../compose.ts'
import { refused } from './push-question.ts'
import type { Decision, PushQuestion } from './push-question.ts'

// What a pushed document says, and whether its author may say it. Pure.

/** The fields on which the author's document speaks; or the refusal, where they changed what they may not. */
export function whatTheAuthorSaid(
  question: PushQuestion,
  current: StoredDocument,
  permission: Permission,
): string[] | Decision {
  const { module, view, base } = question
  const seen = permissionOfProjection(module, parseRev(question.rev)?.projection ?? '') ?? permission
  const blank: Readonly<Record<string, unknown>> = blankOf(module)
  const before: Readonly<Record<string, unknown>> = typeof base === 'string' ? current.body.doc : base
  const said: string[] = []
  for (const name of [...Object.keys(module.fields), ...openEnvelope]) {
    const value = view[name]
    if (value === undefined) continue
    // Two creations under one id: what one of them leaves blank says nothing about the other's value.
    if (base === 'none' && sameJson(value, blank[name] ?? null)) continue
    if (!readable(seen, name)) {
      // `ext` is empty, not absent, in the view of a reader who does not see it.
      if (name === 'ext' && Object.keys(view.ext).length === 0) continue
      return refused('sync.refused-field', name)
    }
    const changed = !sameJson(value, before[name])
    if (changed && !writable(permission, name)) {
      // Without the base nobody knows that it was the author who changed it; an honest client could not have.
      if (base === 'unknown') continue
      return refused('sync.refused-field', name)
    }
    if (readable(permission, name)) said.push(name)
  }
  return said
}

function readable(permission: Permission, name: string): boolean {
  if (name === 'removedAt') return permission.visible
  return name === 'ext' ? permission.readsAll : permission.read.has(name)
}

/** Who may make a record may take it away. */
function writable(permission: Permission, name: string): boolean {
  if (name === 'removedAt') return permission.create
  return name === 'ext' ? writesExt(permission) : permission.write.has(name)
}

export function writesExt(permission: Permission): boolean {
  return permission.readsAll && permission.write.size > 0
}

/** Open entries that the author has closed: the winner kept, or the loser brought back by this same edit. */
export function settledConflicts(
  view: AnyDocument,
  current: StoredDocument,
  permission: Permission,
): Conflict[] | Decision {
  const settled: Conflict[] = []
  for (const open of current.conflicts) {
    const state = view.conflicts.find((pushed) => pushed.id === open.id)?.state ?? 'open'
    if (state === 'open') continue
    if (!writable(permission, open.field)) return refused('sync.refused-field', open.field)
    settled.push({ ...open, state })
  }
  return settled
}

/**
 * Open entries of the ledger that were lost with the life of the data that the copy is from. They carry the stamp of who
 * brings them back, since nobody can prove whose the values were, and ids of their own: of several copies that bring one, one.
 */
export function broughtBack(
  { view, fromAnotherLife }: PushQuestion,
  stamp: Stamp,
  permission: Permission,
  known: readonly Conflict[],
): Conflict[] {
  if (!fromAnotherLife) return []
  const ids = new Set(known.map(({ id }) => id))
  return view.conflicts
    .filter(({ id, field, state }) => state === 'open' && !ids.has(id) && writable(permission, field))
    .map((entry) => ({
      ...entry,
      id: derivedId('conflict', view.id, 'brought back', entry.id),
      lost: stamp,
      won: stamp,
    }))
    .filter(({ id }) => !ids.has(id))
}

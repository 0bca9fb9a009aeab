import type { Id, Scope } from '../../kernel/index.ts'

// Scopes derive from the document alone, so a document that hangs on another keeps that one's site or territory. Only the
// care teams of a patient are the patient's: what hangs on the patient lies there too, wherever it was made.

export function siteScope(id: Id | null | undefined): readonly Scope[] {
  return id === null || id === undefined ? [] : [`site:${id}`]
}

export function territoryScope(id: Id | null | undefined): readonly Scope[] {
  return id === null || id === undefined ? [] : [`territory:${id}`]
}

export function teamScope(id: Id | null | undefined): readonly Scope[] {
  return id === null || id === undefined ? [] : [`team:${id}`]
}

export function personScope(id: Id | null | undefined): readonly Scope[] {
  return id === null || id === undefined ? [] : [`person:${id}`]
}

/** The care teams among a document's scopes: those of a patient are those of all that hangs on the patient. */
export function teamsAmong(scopes: readonly Scope[]): readonly Scope[] {
  return scopes.filter((scope) => scope.startsWith('team:'))
}

/** The scopes of everything that a document belongs to, each once, sorted. */
export function scopesOf(...groups: readonly (readonly Scope[])[]): readonly Scope[] {
  return [...new Set(groups.flat())].toSorted()
}

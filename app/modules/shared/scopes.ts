import type { Id, Scope } from '../../kernel/index.ts'

// Scopes derive from the document alone, so a document that hangs on another keeps that one's site or territory.

export function siteScope(id: Id | null | undefined): readonly Scope[] {
  return id === null || id === undefined ? [] : [`site:${id}`]
}

export function territoryScope(id: Id | null | undefined): readonly Scope[] {
  return id === null || id === undefined ? [] : [`territory:${id}`]
}

export function personScope(id: Id | null | undefined): readonly Scope[] {
  return id === null || id === undefined ? [] : [`person:${id}`]
}

/** The scopes of everything that a document belongs to, each once, sorted. */
export function scopesOf(...groups: readonly (readonly Scope[])[]): readonly Scope[] {
  return [...new Set(groups.flat())].toSorted()
}

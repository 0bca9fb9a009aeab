import type { AnyModule, Json } from '#app/kernel/index.ts'
import { allModules } from '#app/modules/index.ts'

// Records in a person's words. Pure.

const byName: ReadonlyMap<string, AnyModule> = new Map(allModules.map((module) => [module.name, module]))

export function moduleLabel(module: string): string {
  return byName.get(module)?.label.one ?? module
}

export function fieldLabel(module: string, field: string): string {
  return byName.get(module)?.fields[field]?.label ?? field
}

/** What tells items of lists apart for the merge, and nothing to people. */
const inner = new Set(['key'])

/** A value on a line or a few; `called` names records by their ids. */
export function valueWords(value: Json, called: ReadonlyMap<string, string> = new Map()): string {
  if (isNothing(value)) return '–'
  if (typeof value === 'string') return called.get(value) ?? (isId(value) ? `… ${value.slice(-6)}` : value)
  if (typeof value !== 'object' || value === null) return value === true ? 'yes' : String(value)
  if (isList(value)) return value.map((item) => valueWords(item, called)).join('\n')
  const members = Object.entries(value).filter(([name, member]) => !inner.has(name) && !isNothing(member))
  return members.map(([name, member]) => memberWords(name, member, called)).join(' · ') || '–'
}

/** A mark is called by its name; the rest speaks for itself. */
function memberWords(name: string, member: Json, called: ReadonlyMap<string, string>): string {
  return member === true ? name : valueWords(member, called).replaceAll('\n', ' ')
}

function isNothing(value: Json): boolean {
  return value === null || value === '' || value === false || (isList(value) && value.length === 0)
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)
}

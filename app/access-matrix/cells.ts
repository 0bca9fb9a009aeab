import { roles } from '../kernel/index.ts'
import type { AnyModule, FieldSelection, Role } from '../kernel/index.ts'

// Who may do what, read off the modules' own words. It shares no code with `permissionFor`, which the server asks: the
// matrix test holds one against the other.

/** What a role may do with one field of a record that its grants reach. */
export type Cell = 'read and write' | 'read' | 'nothing'

export function cellOf(module: AnyModule, role: Role, field: string): Cell {
  const allowed = module.access[role]
  if (allowed === undefined || !names(module, allowed.read, field)) return 'nothing'
  return names(module, allowed.write, field) ? 'read and write' : 'read'
}

export function mayCreate(module: AnyModule, role: Role): boolean {
  return module.access[role]?.create === true
}

/** The roles that a module admits, in the order of the house. */
export function rolesOf(module: AnyModule): readonly Role[] {
  return roles.filter((role) =>
    Object.keys(module.fields).some((field) => cellOf(module, role, field) !== 'nothing'),
  )
}

function names(module: AnyModule, selection: FieldSelection, field: string): boolean {
  if (selection === 'all') return true
  if (selection === 'none') return false
  if ('fields' in selection) return selection.fields.includes(field)
  return selection.classes.some((one) => one === module.fields[field]?.phi)
}

/** How the scope of a grant may lie to a record's. */
export type Reach = {
  readonly says: string
  readonly grant: readonly string[]
  readonly record: readonly string[]
}

/**
 * Whether grants of one role over the scopes `grant` reach a record of the scopes `record`: by one place, and by every
 * sensitivity.
 */
export function reaches({ grant, record }: Omit<Reach, 'says'>, role: Role): boolean {
  const isPlace = (scope: string) => !scope.startsWith('sensitivity:')
  const places = record.filter(isPlace)
  const inPlace = grant
    .filter(isPlace)
    .some((held) => held === 'org' || places.includes('org') || places.includes(held))
  return (
    inPlace &&
    (role === 'feed' || record.filter((scope) => !isPlace(scope)).every((one) => grant.includes(one)))
  )
}

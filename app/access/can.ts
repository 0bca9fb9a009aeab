import { sha256Hex } from '../kernel/ids.ts'
import type { AnyModule } from '../kernel/define-module.ts'
import { roles } from '../kernel/role.ts'
import type { Role, FieldSelection } from '../kernel/role.ts'
import { rolesOver } from './grants.ts'
import type { Subject } from './grants.ts'

/** What a subject may do with one document; deny by default. */
export type Permission = {
  readonly read: ReadonlySet<string>
  readonly write: ReadonlySet<string>
  readonly create: boolean
  readonly visible: boolean
  /** True when every field of the module is readable; custom fields (`ext`) go with it. */
  readonly readsAll: boolean
  /**
   * Names the projection: a hash of the sorted (role, module version) of all grants that apply. Two subjects with one
   * projection see the same fields.
   */
  readonly projection: string
}

const denied: Permission = {
  read: new Set(),
  write: new Set(),
  create: false,
  visible: false,
  readsAll: false,
  projection: 'none',
}

/**
 * The union of what the subject's grants allow on a document of `module` with these `scopes` at an instant. A field is
 * writable only where it is readable.
 */
export function permissionFor(
  subject: Subject,
  module: AnyModule,
  scopes: readonly string[],
  at: string,
): Permission {
  const applying = [...rolesOver(subject.grants, scopes, at)].filter(
    (role) => module.access[role] !== undefined,
  )
  return applying.length === 0 ? denied : permissionOfRoles(module, applying.toSorted())
}

/**
 * The permission that a projection names, whoever holds it: some set of the module's roles hashes to it. `null` for a
 * projection of another version of the module.
 */
export function permissionOfProjection(module: AnyModule, projection: string): Permission | null {
  const known = byProjection.get(module) ?? new Map(everyPermission(module))
  byProjection.set(module, known)
  return known.get(projection) ?? null
}

const byProjection = new WeakMap<AnyModule, ReadonlyMap<string, Permission>>()

/** Of every set of the roles that the module names: some hundreds for the modules that most roles know. */
function* everyPermission(module: AnyModule): Generator<[string, Permission]> {
  const named = roles.filter((role) => module.access[role] !== undefined)
  for (let subset = 1; subset < 2 ** named.length; subset += 1) {
    const applying = named.filter((_, index) => (subset & (1 << index)) !== 0)
    const permission = permissionOfRoles(module, applying.toSorted())
    yield [permission.projection, permission]
  }
}

export type Action = 'read' | 'create' | 'write'

/** The question the interface asks: may the subject do this with a document (or a new one) of these scopes? */
export function can(
  subject: Subject,
  action: Action,
  module: AnyModule,
  scopes: readonly string[],
  at: string,
): boolean {
  const permission = permissionFor(subject, module, scopes, at)
  if (action === 'read') return permission.visible
  if (action === 'create') return permission.create
  return permission.write.size > 0
}

const byRoles = new WeakMap<AnyModule, Map<string, Permission>>()

function permissionOfRoles(module: AnyModule, applying: readonly Role[]): Permission {
  const known = byRoles.get(module) ?? new Map<string, Permission>()
  byRoles.set(module, known)
  const key = applying.join()
  const found = known.get(key)
  if (found !== undefined) return found
  const read = new Set<string>()
  const wanted = new Set<string>()
  let create = false
  for (const role of applying) {
    const permission = module.access[role]
    if (permission === undefined) continue
    for (const name of selected(module, permission.read)) read.add(name)
    for (const name of selected(module, permission.write)) wanted.add(name)
    create ||= permission.create
  }
  let projection: string | undefined
  const made: Permission = {
    read,
    write: new Set([...wanted].filter((name) => read.has(name))),
    create,
    visible: read.size > 0,
    readsAll: Object.keys(module.fields).every((name) => read.has(name)),
    // Made when it is asked for: a client never does, and would hash before its first edit of each module.
    get projection() {
      projection ??= sha256Hex(`${module.name}@${module.version}:${key}`).slice(0, 12)
      return projection
    },
  }
  known.set(key, made)
  return made
}

function selected(module: AnyModule, selection: FieldSelection): readonly string[] {
  if (selection === 'none') return []
  const names = Object.keys(module.fields)
  if (selection === 'all') return names
  if ('fields' in selection) return selection.fields
  return names.filter((name) => {
    const spec = module.fields[name]
    return spec !== undefined && selection.classes.includes(spec.phi)
  })
}

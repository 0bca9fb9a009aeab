import type { AnyDocument } from '../kernel/define-module.ts'
import { envelopeFields } from '../kernel/envelope.ts'
import type { Permission } from './can.ts'

/**
 * The part of a document that a permission lets through: the envelope, the readable fields, and of `sources` and
 * `conflicts` only what belongs to readable fields. Custom fields (`ext`) carry definitions of their own and are shown
 * only to those who read every field.
 */
export function project(
  document: AnyDocument,
  permission: Pick<Permission, 'read' | 'readsAll'>,
): AnyDocument {
  const view: Record<string, unknown> = {}
  for (const name of Object.keys(document)) {
    if (envelopeFields.has(name) || permission.read.has(name)) view[name] = document[name]
  }
  view['ext'] = permission.readsAll ? document.ext : {}
  view['sources'] = Object.fromEntries(Object.entries(document.sources).filter(([name]) => shows(name)))
  view['conflicts'] = document.conflicts.filter((conflict) => shows(conflict.field))
  return view as AnyDocument

  function shows(name: string): boolean {
    return permission.read.has(name) || name === 'removedAt' || (permission.readsAll && name === 'ext')
  }
}

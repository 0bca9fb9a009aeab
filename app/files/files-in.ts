import type { $ZodType, $ZodTypes } from 'zod/v4/core'
import type { AnyDocument, AnyModule } from '../kernel/index.ts'
import { attachmentSchema } from '../values/index.ts'
import type { Attachment } from '../values/index.ts'

const known = new WeakMap<AnyModule, readonly string[]>()

/** The fields of a module that can name files, found by their schemas: a module declares nothing more for it. */
export function fileFieldsOf(module: AnyModule): readonly string[] {
  const found = known.get(module)
  if (found !== undefined) return found
  const names = Object.entries(module.fields).flatMap(([name, { schema }]) =>
    holdsFiles(schema) ? [name] : [],
  )
  known.set(module, names)
  return names
}

/**
 * The files that a document, or somebody's view of it, names: those of its fields, and those of values that lie in the
 * conflict ledger and may come back. One that is named twice is there once.
 */
export function filesIn(module: AnyModule, view: AnyDocument): readonly Attachment[] {
  const fields = fileFieldsOf(module)
  if (fields.length === 0) return []
  const found = new Map<string, Attachment>()
  for (const name of fields) collect(view[name], found)
  for (const { field, losing, winning } of view.conflicts) {
    if (fields.includes(field)) collect([winning, losing], found)
  }
  return [...found.values()]
}

function collect(value: unknown, found: Map<string, Attachment>): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) for (const item of value) collect(item, found)
  else if ('hash' in value) {
    const { data } = attachmentSchema.safeParse(value)
    if (data !== undefined && !found.has(data.hash)) found.set(data.hash, data)
  } else for (const member of Object.values(value)) collect(member, found)
}

function holdsFiles(schema: $ZodType): boolean {
  if (schema === attachmentSchema) return true
  const { def } = (schema as $ZodTypes)._zod
  switch (def.type) {
    case 'array':
      return holdsFiles(def.element)
    case 'nullable':
    case 'optional':
      return holdsFiles(def.innerType)
    case 'union':
      return def.options.some(holdsFiles)
    case 'object':
      return Object.values(def.shape).some(holdsFiles)
    default:
      return false
  }
}

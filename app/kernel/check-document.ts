import type { z } from 'zod'
import type { AnyDocument, AnyModule } from './define-module.ts'
import { envelopeShape } from './envelope.ts'
import { compiled } from './json.ts'

type State = Readonly<Record<string, unknown>>

/**
 * Whether a draft is a whole document of its module: envelope and fields, nothing else. Answers the document, or the
 * first field that is not as it should be. A value that one of the `checked` states has under the same name has passed
 * the field's schema there, and is taken as it is: schemas look at values only.
 */
export function checkDocument(
  module: AnyModule,
  draft: State,
  checked: readonly State[],
): { readonly ok: true; readonly document: AnyDocument } | { readonly ok: false; readonly field: string } {
  const schemas = schemasOf(module)
  const document: Record<string, unknown> = {}
  for (const [name, schema] of schemas) {
    const value = draft[name]
    if (value !== undefined && checked.some((state) => state[name] === value)) {
      document[name] = value
      continue
    }
    const parsed = schema.safeParse(value)
    if (!parsed.success) return { ok: false, field: name }
    document[name] = parsed.data
  }
  const unknown = Object.keys(draft).find((name) => !schemas.has(name))
  if (unknown !== undefined) return { ok: false, field: unknown.slice(0, 64) }
  // Each member has just passed the schema of its name, which the type system can't follow.
  return { ok: true, document: document as AnyDocument }
}

const known = new WeakMap<AnyModule, ReadonlyMap<string, z.ZodType>>()

function schemasOf(module: AnyModule): ReadonlyMap<string, z.ZodType> {
  const found = known.get(module)
  if (found !== undefined) return found
  const fields = Object.entries(module.fields).map(([name, { schema }]) => [name, schema] as const)
  const made = new Map<string, z.ZodType>([...schemasOfEnvelope(), ...fields])
  known.set(module, made)
  return made
}

let ofEnvelope: ReadonlyMap<string, z.ZodType> | undefined

/** Every document has an envelope that its writer made anew; of its fields most have been checked before. */
function schemasOfEnvelope(): ReadonlyMap<string, z.ZodType> {
  ofEnvelope ??= new Map(
    Object.entries<z.ZodType>(envelopeShape).map(([name, schema]) => [name, compiled(schema)]),
  )
  return ofEnvelope
}

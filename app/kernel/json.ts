import { z } from 'zod'
import type { Json } from './canonical-json.ts'

/**
 * Any JSON value, as a test and not as a schema that refers to itself (`z.json()`): of whatever passes through one of
 * those zod remembers every object, and it can't compile what one is part of.
 */
export const jsonSchema = z.custom<Json>(isJson)

function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return false
  if (Array.isArray(value)) return value.every(isJson)
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson)
}

/** A schema with a parser made for it, where code may be made of text: a page's security policy forbids that. */
export function compiled<Schema extends z.ZodType>(schema: Schema): Schema {
  return z.config().jitless === true ? schema : z.compile(schema)
}

import { z } from 'zod'
import { AppError } from '#app/kernel/index.ts'
import type { Parameters } from '../search/criteria.ts'

const one = z.string().max(2_000)
const querySchema = z.record(z.string().max(64), z.union([one, z.array(one).max(16)]))

/** What a search asks for stands in the ticket of its next page, and that in an address. */
const longest = 3_000

/** The pairs of a query or a form, in their order. Throws `fhir.invalid` for what is no such thing, or too long. */
export function parametersOf(query: unknown): Parameters {
  const parsed = querySchema.safeParse(query ?? {})
  if (!parsed.success) throw new AppError('fhir.invalid', { what: 'the parameters' })
  const pairs = Object.entries(parsed.data).flatMap(([name, value]) =>
    [value].flat().map((text) => [name, text] as const),
  )
  if (pairs.reduce((sum, pair) => sum + pair.join('').length, 0) > longest)
    throw new AppError('fhir.invalid', { what: 'the parameters are too long' })
  return pairs
}

/** A form as Fastify gives queries: a member that is repeated is a list. */
export function readForm(body: string): Readonly<Record<string, string | string[]>> {
  const form: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>
  for (const [name, value] of new URLSearchParams(body)) {
    const held = form[name]
    form[name] = held === undefined ? value : [held, value].flat()
  }
  return form
}

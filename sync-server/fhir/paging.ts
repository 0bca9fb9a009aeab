import { z } from 'zod'
import type { Id } from '#app/kernel/index.ts'
import type { IntegrationStore } from '../store/contract.ts'
import { fhirTypes } from './resource-types.ts'

// Where a search goes on stands in the address of the next page: sealed, since it repeats what was asked for.

const parametersSchema = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly()

const searchSchema = z.strictObject({
  kind: z.literal('search'),
  type: z.enum(fhirTypes),
  parameters: parametersSchema,
  after: z.string(),
})
export type SearchTicket = z.infer<typeof searchSchema>

const everythingSchema = z.strictObject({
  kind: z.literal('everything'),
  id: z.string(),
  parameters: parametersSchema,
  after: z.string(),
})
export type EverythingTicket = z.infer<typeof everythingSchema>

const ticketSchema = z.discriminatedUnion('kind', [searchSchema, everythingSchema])

type Sealer = Pick<IntegrationStore, 'sealTicket' | 'openTicket'>

/** The address of the page that begins behind a place; null at the end. */
export async function nextPage(
  sealer: Sealer,
  clientId: Id,
  ticket: SearchTicket | EverythingTicket,
  after: string | null,
  base: string,
): Promise<string | null> {
  if (after === null) return null
  return `${base}/_page?ticket=${await sealer.sealTicket(clientId, { ...ticket, after })}`
}

/** Null for whatever is no ticket of this client. */
export async function readTicket(
  sealer: Sealer,
  clientId: Id,
  sealed: string,
): Promise<SearchTicket | EverythingTicket | null> {
  return ticketSchema.safeParse(await sealer.openTicket(clientId, sealed)).data ?? null
}

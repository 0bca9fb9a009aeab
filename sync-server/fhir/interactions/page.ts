import { AppError } from '#app/kernel/index.ts'
import type { Caller } from '../access/callers.ts'
import type { Bundle } from '../bundle.ts'
import type { Desk } from '../desk.ts'
import { readTicket } from '../paging.ts'
import { everythingFrom } from './everything.ts'
import { searchFrom } from './search.ts'

/** The page that an earlier answer pointed to. Throws `fhir.not-found` for a ticket that is not this client's. */
export async function pageOf(desk: Desk, caller: Caller, sealed: string, base: string): Promise<Bundle> {
  const ticket = await readTicket(desk.store.integrations, caller.client.id, sealed)
  if (ticket === null) throw new AppError('fhir.not-found')
  return ticket.kind === 'search'
    ? searchFrom(desk, caller, ticket, base)
    : everythingFrom(desk, caller, ticket, base)
}

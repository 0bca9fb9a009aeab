import type { Caller } from '../access/callers.ts'
import { searchSet } from '../bundle.ts'
import type { Bundle } from '../bundle.ts'
import { disclosed, insist, one } from '../desk.ts'
import type { Desk } from '../desk.ts'
import { nextPage } from '../paging.ts'
import type { EverythingTicket } from '../paging.ts'
import { referredTo } from '../search/includes.ts'
import { shownOf } from '../shown.ts'
import { everythingPage, readEverything } from './everything-page.ts'

/** A page of Patient/ID/$everything. Throws `fhir.scope`, `fhir.not-found`, `fhir.gone`, `fhir.not-supported`. */
export async function everythingFrom(
  desk: Desk,
  caller: Caller,
  ticket: EverythingTicket,
  base: string,
): Promise<Bundle> {
  const { id, parameters, after } = ticket
  insist(caller, 'read', 'Patient')
  const request = readEverything(parameters)
  const page = await disclosed(desk, caller, async (reading) => {
    await one(reading, 'Patient', id)
    const found = await everythingPage(reading, id, request, after)
    const beside = await referredTo(reading, request.besides, found.matches)
    const seen = [...found.matches, ...beside]
    return { answer: { ...found, beside }, interaction: 'everything', seen }
  })
  return searchSet({
    base,
    self: `${base}/Patient/${id}/$everything`,
    next: await nextPage(desk.store.integrations, caller.client.id, ticket, page.after, base),
    matches: await shownOf(desk.store.access, page.matches),
    included: await shownOf(desk.store.access, page.beside),
    bounded: null,
    whole: after === '' && page.after === null,
  })
}

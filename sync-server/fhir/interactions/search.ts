import { AppError } from '#app/kernel/index.ts'
import type { Caller } from '../access/callers.ts'
import { searchSet } from '../bundle.ts'
import type { Bundle } from '../bundle.ts'
import { disclosed, insist } from '../desk.ts'
import type { Desk } from '../desk.ts'
import { nextPage } from '../paging.ts'
import type { SearchTicket } from '../paging.ts'
import { isFhirType } from '../resource-types.ts'
import { readSearch } from '../search/criteria.ts'
import type { Parameters } from '../search/criteria.ts'
import { included, provenanceOf } from '../search/includes.ts'
import { searchPage } from '../search/search-page.ts'
import { shownOf } from '../shown.ts'
import { searchProvenance } from './provenance.ts'

/** `base` is the address of this server's FHIR. Throws `fhir.scope`, `fhir.not-found`, `fhir.not-supported`, `fhir.invalid`. */
export async function searchType(
  desk: Desk,
  caller: Caller,
  type: string,
  parameters: Parameters,
  base: string,
): Promise<Bundle> {
  if (type === 'Provenance') return searchProvenance(desk, caller, parameters, base)
  if (!isFhirType(type)) throw new AppError('fhir.not-found')
  return searchFrom(desk, caller, { kind: 'search', type, parameters, after: '' }, base)
}

/** A page of a search, from where the one before ended. */
export async function searchFrom(
  desk: Desk,
  caller: Caller,
  ticket: SearchTicket,
  base: string,
): Promise<Bundle> {
  const { type, parameters, after } = ticket
  insist(caller, 'search', type)
  const search = readSearch(type, parameters)
  const page = await disclosed(desk, caller, async (reading) => {
    const found = await searchPage(reading, search, after)
    const beside = await included(reading, search, found.matches)
    const origins = search.provenance ? provenanceOf(reading, found.matches) : []
    return {
      answer: { ...found, beside, origins },
      interaction: 'search',
      seen: [...found.matches, ...beside],
      parameters: parameters.map(([name]) => name),
    }
  })
  const { access } = desk.store
  return searchSet({
    base,
    self: `${base}/${type}`,
    next: await nextPage(desk.store.integrations, caller.client.id, ticket, page.after, base),
    matches: await shownOf(access, page.matches),
    included: [...(await shownOf(access, page.beside)), ...page.origins],
    bounded: page.bounded,
    whole: after === '' && page.after === null,
  })
}

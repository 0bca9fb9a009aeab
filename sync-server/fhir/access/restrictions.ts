import { viewSchema } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { isInForce } from '#app/modules/consents/index.ts'
import { modules } from '#app/modules/index.ts'
import type { StoredClient } from '../../store/contract.ts'

// What patients asked to be kept from others (45 CFR 164.522(a)), as far as machines are concerned. Pure.

type Asking = Pick<StoredClient, 'purpose' | 'seesRestricted'>

/**
 * Whether these consents of a patient keep the patient's records from a client: a restriction, or a refused exchange or
 * disclosure, that is in force and names the client's purpose, or none, which means every one. What it is about does not
 * make it narrower here: a record does not say all that it tells.
 */
export function isWithheld(consents: readonly AnyDocument[], client: Asking, at: string): boolean {
  return !client.seesRestricted && consents.some((consent) => forbids(consent, client.purpose, at))
}

const forbidding: ReadonlySet<string> = new Set(['information-exchange', 'part2-disclosure'])

function forbids(document: AnyDocument, purpose: string, at: string): boolean {
  if (document.kind !== modules.consents.kind) return false
  const consent = viewSchema(modules.consents).parse(document)
  const { category = '', provision, purposes = [] } = consent
  // A restriction forbids by what it is.
  const denies = category === 'restriction' || (provision === 'deny' && forbidding.has(category))
  return (
    denies && isInForce(consent, at) && (purposes.length === 0 || purposes.some((one) => one === purpose))
  )
}

/** Addresses and numbers that a patient asked not to be told (164.522(b)) are left out of a view. */
export function withoutConfidential(view: AnyDocument): AnyDocument {
  const kept = (items: unknown) =>
    Array.isArray(items)
      ? items.filter((item: { confidential?: unknown }) => item.confidential !== true)
      : items
  const { addresses, telecoms } = view
  return {
    ...view,
    ...(addresses === undefined ? {} : { addresses: kept(addresses) }),
    ...(telecoms === undefined ? {} : { telecoms: kept(telecoms) }),
  }
}

import type { AnyDocument } from '#app/kernel/index.ts'
import { groundsOf, refusalOf } from '#app/modules/consents/index.ts'
import type { Consent, Disclosure } from '#app/modules/consents/index.ts'
import type { Caller } from './callers.ts'

// What patients asked to be kept from others, as far as machines are concerned. Pure.

/**
 * Whether a record with these sensitivities may go to a client: nothing its patient said forbids it (45 CFR 164.522(a)),
 * unless the client was admitted to what is restricted; and where it asks for a consent (42 CFR Part 2), there is one
 * that names the client's organisation and purpose, whoever the client is.
 */
export function mayLeave(
  consents: readonly Consent[],
  { client, agreement }: Pick<Caller, 'client' | 'agreement'>,
  sensitivities: readonly string[],
  at: string,
): boolean {
  const disclosure: Disclosure = {
    recipient: { name: agreement.parties.theirs },
    purpose: client.purpose,
    sensitivities,
    at,
  }
  if (!client.seesRestricted && refusalOf(consents, disclosure) !== undefined) return false
  return groundsOf(consents, disclosure) !== null
}

/** Tells who receives a record of substance use treatment that it may not be passed on (42 CFR 2.32). */
export const noRedisclosure = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  code: 'NORDSCLCD',
  display: 'no redisclosure without consent directive',
} as const

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

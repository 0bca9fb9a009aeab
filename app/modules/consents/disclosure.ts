import type { Id } from '../../kernel/index.ts'
import { isInForce } from './in-force.ts'
import type { Consent } from './in-force.ts'

// What a patient's consents let out of the house. Pure. Whatever is not known is refused: a refusal that says no purpose
// is one for every purpose, and a permission that does not name purpose and recipient permits nothing.

/** Something that would leave: to whom, for what, and what it tells of. */
export type Disclosure = {
  readonly recipient: { readonly name: string; readonly accountId?: Id | undefined }
  /** One of `consentPurposes`; any other is permitted by none. */
  readonly purpose: string
  /** What the record is marked with (`Sensitivity`). */
  readonly sensitivities: readonly string[]
  readonly at: string
}

/**
 * The consent that forbids a disclosure: a restriction (45 CFR 164.522(a)), or a refusal of exchange, that is in force and
 * names the purpose, or none. Whom and what it is about does not make it narrower: a record does not say all that it
 * tells, nor a recipient to whom it passes it on.
 */
export function refusalOf(
  consents: readonly Consent[],
  { purpose, at }: Pick<Disclosure, 'purpose' | 'at'>,
): Consent | undefined {
  return consents.find(
    (consent) => isInForce(consent, at) && forbids(consent) && concerns(consent.purposes, purpose),
  )
}

/**
 * The consents that a disclosure rests on: none where nothing in it asks for one, null where one is asked for and
 * missing. Records of substance use treatment (42 CFR 2.31) and psychotherapy notes (45 CFR 164.508(a)(2)) ask for one.
 */
export function groundsOf(consents: readonly Consent[], disclosure: Disclosure): readonly Consent[] | null {
  const grounds = disclosure.sensitivities
    .filter((matter) => Object.hasOwn(asking, matter))
    .map((matter) => consents.find((consent) => permits(consent, matter, disclosure)))
  return grounds.every((ground) => ground !== undefined) ? grounds : null
}

/** The categories that permit each matter which is disclosed by permission only. */
const asking: Readonly<Record<string, readonly Consent['category'][]>> = {
  'substance-use': ['part2-disclosure'],
  'psychotherapy-notes': ['information-exchange', 'other'],
}

const refusing: readonly Consent['category'][] = [
  'part2-disclosure',
  'information-exchange',
  'research',
  'other',
]

function forbids({ category, provision }: Consent): boolean {
  // A restriction forbids by what it is.
  return category === 'restriction' || (provision === 'deny' && refusing.includes(category))
}

function concerns(purposes: Consent['purposes'], purpose: string): boolean {
  return purposes === undefined || purposes.length === 0 || purposes.some((one) => one === purpose)
}

function permits(consent: Consent, matter: string, { recipient, purpose, at }: Disclosure): boolean {
  const { category, provision, sensitivities = [], purposes = [], actors = [] } = consent
  const covers = sensitivities.some((named) => named === matter)
  return (
    isInForce(consent, at) &&
    provision === 'permit' &&
    asking[matter]?.includes(category) === true &&
    (covers || (matter === 'substance-use' && sensitivities.length === 0)) &&
    purposes.some((one) => one === purpose) &&
    actors.some((actor) => actor.role === 'recipient' && isSame(actor, recipient))
  )
}

function isSame(
  actor: { readonly name: string; readonly accountId?: Id | undefined },
  recipient: Disclosure['recipient'],
): boolean {
  if (actor.accountId !== undefined && recipient.accountId !== undefined)
    return actor.accountId === recipient.accountId
  const plain = (name: string) => name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase()
  return plain(actor.name) === plain(recipient.name)
}

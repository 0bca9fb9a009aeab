import type { ViewOfModule } from '#app/modules/index.ts'

/** What a contact is at an account. */
export function roleAt(contact: ViewOfModule<'contacts'>, accountId: string): string {
  const affiliation = contact.affiliations?.find((candidate) => candidate.accountId === accountId)
  return [affiliation?.role, affiliation?.department].filter(Boolean).join(', ')
}

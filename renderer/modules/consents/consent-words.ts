import { isInForce } from '#app/modules/consents/index.ts'
import type { ViewOfModule } from '#app/modules/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'

export type Consent = ViewOfModule<'consents'>

export const categoryLabels = {
  'part2-disclosure': 'Disclosure, 42 CFR Part 2',
  restriction: 'Restriction, 45 CFR 164.522(a)',
  'confidential-communication': 'Confidential communication, 164.522(b)',
} as const
export const provisionLabels = { permit: 'Allows', deny: 'Forbids' } as const
export const channelLabels = { sms: 'Text message', email: 'E-mail', mail: 'Letter' } as const
export const sensitivityLabels = { hiv: 'HIV', 'substance-use': 'Substance use' } as const

/** What the desk must not do, in one line; null where the consent forbids nothing now. */
export function prohibitionOf(view: Consent, moment: string): string | null {
  if (!isInForce(view, moment)) return null
  const named = (view.actors ?? []).filter(({ role }) => role === 'excluded').map(({ name }) => name)
  const about = (view.sensitivities ?? []).map(wordsOf(sensitivityLabels)).join(', ')
  if (view.category === 'communication' && view.provision === 'deny') {
    const channels = (view.channels ?? []).map(wordsOf(channelLabels)).join(', ')
    return channels === '' ? 'Do not call or write' : `Do not use: ${channels}`
  }
  if (view.category === 'confidential-communication') return 'Use the confidential address and phone only'
  if (view.provision !== 'deny' && named.length === 0) return null
  const what = about === '' ? 'Do not disclose' : `Do not disclose ${about}`
  return named.length === 0 ? what : `${what} to ${named.join(', ')}`
}

function wordsOf(labels: Readonly<Record<string, string>>): (code: string) => string {
  // HIV stays as it is written.
  return (code) => (code === 'hiv' ? 'HIV' : (labels[code] ?? labelOf(code)).toLowerCase())
}

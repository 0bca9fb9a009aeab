import { isInForce } from './in-force.ts'
import type { Consent } from './in-force.ts'
import { communicationChannels } from './schema.ts'
import type { CommunicationChannel } from './schema.ts'

/**
 * Whether the house may reach a patient by a channel. `ask`: nothing is recorded for a channel that asks for a permission
 * (47 CFR 64.1200 for text messages; what can be read or heard by others in the house for the rest). What acts by itself
 * takes `ask` for a no.
 */
export type ContactVerdict = {
  readonly channel: CommunicationChannel
  readonly answer: 'allowed' | 'ask' | 'forbidden'
  /** The consent that says so; null where none does. */
  readonly by: Consent | null
}

/** A call to the patient and a letter are usual; these are used where the patient said so. */
const asking: readonly CommunicationChannel[] = ['sms', 'email', 'portal', 'voicemail']

export function contactVerdicts(consents: readonly Consent[], at: string): readonly ContactVerdict[] {
  const held = consents.filter((consent) => isInForce(consent, at))
  return communicationChannels.map((channel) => verdictOn(channel, held))
}

/** What is forbidden counts more than what is allowed, whichever came later. */
function verdictOn(channel: CommunicationChannel, held: readonly Consent[]): ContactVerdict {
  const forbidding = held.find((consent) => forbids(consent, channel))
  if (forbidding !== undefined) return { channel, answer: 'forbidden', by: forbidding }
  const permitting = held.find((consent) => permits(consent, channel))
  if (permitting !== undefined) return { channel, answer: 'allowed', by: permitting }
  return { channel, answer: asking.includes(channel) ? 'ask' : 'allowed', by: null }
}

function forbids({ category, provision, channels = [] }: Consent, channel: CommunicationChannel): boolean {
  // Asked to be reached in one way only (45 CFR 164.522(b)): every other way is closed.
  if (category === 'confidential-communication') return channels.length > 0 && !channels.includes(channel)
  return (
    category === 'communication' &&
    provision === 'deny' &&
    (channels.length === 0 || channels.includes(channel))
  )
}

function permits({ category, provision, channels = [] }: Consent, channel: CommunicationChannel): boolean {
  if (category === 'confidential-communication') return channels.includes(channel)
  return (
    category === 'communication' &&
    provision === 'permit' &&
    (channels.length === 0 || channels.includes(channel))
  )
}

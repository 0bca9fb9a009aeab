import { ownershipIn } from '../feed-config.ts'
import type { SendingFeed } from '../feed-config.ts'

/** Fields of ours that a message to another system says: what is edited there can be asked of it. */
const askedFields: Readonly<Record<string, ReadonlySet<string>>> = {
  patients: new Set([
    'names',
    'birthDate',
    'administrativeGender',
    'races',
    'addresses',
    'telecoms',
    'languages',
    'maritalStatus',
    'ethnicities',
    'birthOrder',
    'deceased',
    'generalPractitioner',
  ]),
  appointments: new Set(['start', 'durationMinutes', 'status', 'service', 'reason', 'practitioner']),
}

/** Whether the feed decides a field that can be asked for. */
export function decides({ settings }: SendingFeed, module: string, field: string): boolean {
  return askedFields[module]?.has(field) === true && ownershipIn(settings, module, field) === 'feed'
}

/** Of what becomes of an appointment, only that it is called off is asked for: who comes or stays away, the desk sees. */
export function isAskable(module: string, field: string, value: unknown): boolean {
  return module !== 'appointments' || field !== 'status' || value === 'cancelled'
}

import { derivedId, idAt, newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import type { EmergencySet, User } from '#app/protocol/index.ts'
import { aPatient } from './replica-on-memory.ts'

const at = '2026-01-05T08:00:00.000Z'
const stamp = { at, by: 'feed', origin: 'feed' as const }

export const restricted = { family: 'Quillfeather', note: 'Marmalade-coloured findings' }

/** One patient who is withheld from this user at their site, and one observation of them; `nth` is another set of the same. */
export function anEmergencySet(user: User, nth = 1): EmergencySet & { readonly patientId: Id } {
  const site = user.grants[0]?.scope ?? 'org'
  const patientId = derivedId('a restricted patient', String(nth))
  const document = (kind: string, id: Id, data: object): AnyDocument => ({
    id,
    kind,
    orgId: newId(),
    rev: '',
    edit: '',
    scopes: [site, 'sensitivity:hiv'],
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: {},
    sources: {},
    conflicts: [],
    ...data,
  })
  const records: EmergencySet['patients'][number]['records'] = [
    { collection: 'patients', document: document('patient', patientId, aPatient(restricted.family)) },
    {
      collection: 'clinical',
      document: document('observation', idAt(Date.parse(at), crypto.getRandomValues(new Uint8Array(16))), {
        patientId,
        note: restricted.note,
      }),
    },
  ]
  return {
    id: String(nth).repeat(64).slice(0, 64),
    patientId,
    patients: [{ patientId, records }],
    cut: false,
  }
}

/** As it goes over the wire. */
export function onWire({ patientId: _patientId, ...set }: ReturnType<typeof anEmergencySet>): EmergencySet {
  return set
}

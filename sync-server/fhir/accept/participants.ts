import { sameJson } from '#app/kernel/index.ts'
import type { Accepting, Stated } from './accepting.ts'
import { professionalElement } from '../convert/data-types.ts'
import { refer } from '../convert/index.ts'
import { idIn, professionalFrom } from './data-types.ts'
import { notKept, notValid } from './refusals.ts'
import type { SaidReference } from './shapes.ts'

type Said = { readonly actor: SaidReference; readonly status: 'accepted' }
type TakingPart = Pick<Stated<'appointments'>, 'patientId' | 'practitioner' | 'locationId'>

/** Who takes part, and where: one patient, and at most one professional and one place. */
export function takingPart(said: readonly Said[], accepting: Accepting<'appointments'>): TakingPart {
  const found: { patient?: string; practitioner?: SaidReference; place?: string } = {}
  const places = { patient: 0, practitioner: 0, place: 0 }
  for (const [index, { actor }] of said.entries()) {
    const at = `Appointment.participant[${index}].actor`
    const role = roleOf(actor)
    if (found[role] !== undefined) throw notKept(`Appointment.participant[${index}]`)
    places[role] = index
    if (role === 'practitioner') found.practitioner = actor
    else found[role] = idIn(role === 'patient' ? 'Patient' : 'Location', actor.reference ?? '', at)
  }
  return {
    patientId: patientFrom(found.patient, accepting),
    practitioner: practitionerFrom(found.practitioner, places.practitioner, accepting),
    locationId: found.place ?? (accepting.view.locationId === undefined ? undefined : null),
  }
}

function roleOf({ reference }: SaidReference): 'patient' | 'practitioner' | 'place' {
  if (reference?.startsWith('Patient/') === true) return 'patient'
  return reference?.startsWith('Location/') === true ? 'place' : 'practitioner'
}

/** Whose appointment it is does not change: one for somebody else is another appointment. */
function patientFrom(stated: string | undefined, { view, isNew }: Accepting<'appointments'>): string {
  if (stated === undefined) throw notValid('Appointment.participant', 'the patient is needed')
  if (!isNew && stated !== view.patientId) throw notKept('Appointment.participant.where(actor is Patient)')
  return stated
}

function practitionerFrom(
  stated: SaidReference | undefined,
  index: number,
  { view }: Accepting<'appointments'>,
): TakingPart['practitioner'] {
  if (sameJson(stated, professionalElement(view.practitioner, refer))) return view.practitioner
  return stated === undefined ? null : professionalFrom(stated, `Appointment.participant[${index}].actor`)
}

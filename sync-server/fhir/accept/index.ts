import { z } from 'zod'
import { sameJson, viewSchema } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, FieldSpecs, ModuleDefinition, ViewOf } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { WritableType } from '../resource-types.ts'
import type { AcceptingView } from './accepting.ts'
import { appointmentFrom } from './appointment.ts'
import { patientFrom } from './patient.ts'
import { notKept, notValid } from './refusals.ts'

// From a stated FHIR R4 resource to a record of ours: the way back from `convert/`. Nothing that is stated is dropped without
// a word: an element that has no place here is refused by name.

export type Acceptor = {
  readonly module: AnyModule
  /** The view as the client would have it. Throws `fhir.not-kept`, `fhir.invalid`. */
  accept(body: unknown, accepting: AcceptingView<AnyDocument>): AnyDocument
}

export const acceptors: Readonly<Record<WritableType, Acceptor>> = {
  Patient: acceptor('Patient', modules.patients, patientFrom, {
    identifiers: 'identifier',
    names: 'name',
    telecoms: 'telecom',
    addresses: 'address',
    birthOrder: 'multipleBirthInteger',
    languages: 'communication',
    siteIds: 'meta.tag',
  }),
  Appointment: acceptor('Appointment', modules.appointments, appointmentFrom, {
    identifiers: 'identifier',
    cancelReason: 'cancelationReason',
    service: 'serviceType',
    reason: 'reasonCode',
    practitioner: 'participant',
    note: 'comment',
  }),
}

/** `elements`: what FHIR calls a field, where it calls it something else. */
function acceptor<Fields extends FieldSpecs>(
  type: WritableType,
  module: ModuleDefinition<string, string, Fields>,
  from: (body: unknown, accepting: AcceptingView<ViewOf<Fields>>) => object,
  elements: Readonly<Record<string, string>>,
): Acceptor {
  return {
    module,
    accept(body, accepting) {
      const view = viewSchema(module).parse(accepting.view)
      insistOnTheLabels(type, body, accepting.shown)
      const said = withoutExtension(type, body, accepting.shown)
      const stated = Object.entries(from(said, { ...accepting, view })).filter(
        ([, value]) => value !== undefined,
      )
      const read = viewSchema(module).safeParse({ ...view, ...Object.fromEntries(stated) })
      if (read.success) return read.data
      const [field = '', ...inside] = (read.error.issues[0]?.path ?? []).map(String)
      const place = inside[0] !== undefined && /^\d+$/.test(inside[0]) ? `[${inside[0]}]` : ''
      throw notValid(`${type}.${elements[field] ?? field}${place}`)
    },
  }
}

/** The one that resources are shown with is what a patient says against them: sent back as it was read, or left out. */
function withoutExtension(type: WritableType, body: unknown, shown: unknown): unknown {
  const [said, known] = [body, shown].map((one) => extended.safeParse(one).data)
  if (said?.extension === undefined) return body
  if (!sameJson(said.extension, known?.extension)) throw notKept(`${type}.extension`)
  return Object.fromEntries(Object.entries(said).filter(([name]) => name !== 'extension'))
}

const extended = z.looseObject({ extension: z.json().optional() })

const labelled = z.object({ meta: z.object({ security: z.json().optional() }).optional() })

/** What a record's sensitivity is, is said in Rounds: labels are sent back as they were read, or left out. */
function insistOnTheLabels(type: WritableType, body: unknown, shown: unknown): void {
  const [said, known] = [body, shown].map((one) => labelled.safeParse(one).data?.meta?.security)
  if (said !== undefined && !sameJson(said, known)) throw notKept(`${type}.meta.security`)
}

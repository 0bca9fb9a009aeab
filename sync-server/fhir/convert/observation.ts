import type { ObservationValue } from '#app/modules/observations/index.ts'
import type { ViewOfModule } from '#app/modules/index.ts'
import {
  attachmentElement,
  coded,
  conceptElement,
  identifierElement,
  momentElement,
  notesElement,
  professionalElement,
  quantityElement,
} from './data-types.ts'
import { element, resource } from './resource.ts'
import type { Refer, Resource } from './resource.ts'

/** Observation (hl7.org/fhir/R4/observation.html). */
export function observationResource(view: ViewOfModule<'observations'>, refer: Refer): Resource {
  const { referenceRange: range } = view
  const bound = (value: string | undefined) =>
    value === undefined ? undefined : quantityElement({ value, unit: range?.unit })
  return resource('Observation', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    status: view.status,
    category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', view.category)],
    code: conceptElement(view.code),
    subject: view.patientId === undefined ? undefined : { reference: refer('Patient', view.patientId) },
    encounter: view.encounterId ? { reference: refer('Encounter', view.encounterId) } : undefined,
    effectiveDateTime: momentElement(view.effectiveAt),
    issued: view.issuedAt,
    performer: [professionalElement(view.performer, refer)],
    ...(view.value ? valueMember(view.value) : {}),
    dataAbsentReason: conceptElement(view.absentReason),
    interpretation: view.interpretation?.map((code) =>
      coded('http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code),
    ),
    note: notesElement(view.notes),
    method: conceptElement(view.method),
    specimen: { display: view.specimen?.text ?? view.specimen?.codings[0]?.display },
    referenceRange: [element({ low: bound(range?.low), high: bound(range?.high), text: range?.text })],
  })
}

const attachedValue = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.value'

/** `value[x]`. FHIR R4 has no document as a value: it goes into the extension that R5 named for it. */
function valueMember(value: ObservationValue): Readonly<Record<string, unknown>> {
  switch (value.type) {
    case 'quantity':
      return { valueQuantity: quantityElement(value.quantity) }
    case 'text':
      return { valueString: value.text }
    case 'coded':
      return { valueCodeableConcept: conceptElement(value.concept) }
    case 'moment':
      return { valueDateTime: value.moment }
    case 'time':
      // FHIR wants the seconds, and takes nine digits behind them at most.
      return { valueTime: value.time.length === 5 ? `${value.time}:00` : value.time.slice(0, 18) }
    case 'attachment':
      return { extension: [{ url: attachedValue, valueAttachment: attachmentElement(value.attachment) }] }
    case 'range':
      return rangeMember(value)
  }
}

function rangeMember(value: Extract<ObservationValue, { type: 'range' }>): Readonly<Record<string, unknown>> {
  const { low, high, separator, unit } = value
  const quantity = (text: string | undefined) =>
    text === undefined ? undefined : quantityElement({ value: text, unit })
  if (separator === '-') return { valueRange: { low: quantity(low), high: quantity(high) } }
  if (separator === '+') return { valueString: `${low ?? ''}+${high ?? ''}` }
  return { valueRatio: { numerator: quantity(low), denominator: quantity(high) } }
}

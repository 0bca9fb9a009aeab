import type { ViewOfModule } from '#app/modules/index.ts'
import { placeText } from '#app/values/index.ts'
import { coded, conceptElement, identifierElement, periodElement, professionalElement } from './data-types.ts'
import { resource } from './resource.ts'
import type { Element, Refer, Resource } from './resource.ts'

type EncounterClass = NonNullable<ViewOfModule<'encounters'>['class']>
type EncounterStatus = NonNullable<ViewOfModule<'encounters'>['status']>

/** V3 ActCode; what it has no code for is said as "not classified here". */
const classes: Readonly<Record<EncounterClass, readonly [code: string, display: string]>> = {
  outpatient: ['AMB', 'ambulatory'],
  inpatient: ['IMP', 'inpatient encounter'],
  emergency: ['EMER', 'emergency'],
  preadmission: ['PRENC', 'pre-admission'],
  observation: ['OBSENC', 'observation encounter'],
  home: ['HH', 'home health'],
  virtual: ['VR', 'virtual'],
  field: ['FLD', 'field'],
  recurring: ['R', 'recurring patient'],
  obstetrics: ['B', 'obstetrics'],
  other: ['U', 'other'],
}

/** Recurring, obstetrics and others are of HL7 v2 table 0004 alone. */
const ownCodes: ReadonlySet<EncounterClass> = new Set(['recurring', 'obstetrics', 'other'])

const statuses: Readonly<Record<EncounterStatus, string>> = {
  planned: 'planned',
  arrived: 'arrived',
  'in-progress': 'in-progress',
  'on-leave': 'onleave',
  finished: 'finished',
  cancelled: 'cancelled',
  'entered-in-error': 'entered-in-error',
}

const roles = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'

/** Encounter (hl7.org/fhir/R4/encounter.html). */
export function encounterResource(view: ViewOfModule<'encounters'>, refer: Refer): Resource {
  const participant = (code: string, who: typeof view.attending): Element[] => {
    const individual = professionalElement(who, refer)
    const type = coded(roles, code)
    return individual === undefined || type === undefined ? [] : [{ type: [type], individual }]
  }
  const subject = view.patientId === undefined ? undefined : { reference: refer('Patient', view.patientId) }
  return resource('Encounter', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    status: view.status === undefined ? 'unknown' : statuses[view.status],
    class: view.class === undefined ? undefined : classCoding(view.class),
    serviceType: conceptElement(view.service),
    subject,
    participant: [
      ...participant('ATND', view.attending),
      ...participant('REF', view.referring),
      ...participant('ADM', view.admitting),
    ],
    period: periodElement(view.period),
    reasonCode: [conceptElement(view.reason)],
    hospitalization: { dischargeDisposition: conceptElement(view.dischargeDisposition) },
    location: view.location ? [{ location: { display: placeText(view.location) } }] : undefined,
  })
}

function classCoding(kind: EncounterClass): Element {
  const [code, display] = classes[kind]
  const system = `http://terminology.hl7.org/CodeSystem/${ownCodes.has(kind) ? 'v2-0004' : 'v3-ActCode'}`
  return { system, code, display }
}

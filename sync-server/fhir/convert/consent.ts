import type { ViewOfModule } from '#app/modules/index.ts'
import { attachmentElement, coded, identifierElement, momentElement, periodElement } from './data-types.ts'
import { element, resource } from './resource.ts'
import type { Element, Refer, Resource } from './resource.ts'

type View = ViewOfModule<'consents'>
type Purpose = NonNullable<View['purposes']>[number]
type Sensitivity = NonNullable<View['sensitivities']>[number]
type ActorRole = NonNullable<View['actors']>[number]['role']

const actCode = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'
const actReason = 'http://terminology.hl7.org/CodeSystem/v3-ActReason'
const participation = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const roleClass = 'http://terminology.hl7.org/CodeSystem/v3-RoleClass'
const scopes = 'http://terminology.hl7.org/CodeSystem/consentscope'

const purposes: Readonly<Record<Purpose, string>> = {
  treatment: 'TREAT',
  payment: 'HPAYMT',
  operations: 'HOPERAT',
  marketing: 'HMARKT',
  research: 'HRESCH',
  'public-health': 'PUBHLTH',
  legal: 'HLEGAL',
  family: 'FAMRQT',
}

const labels: Readonly<Record<Sensitivity, string>> = {
  'substance-use': 'ETH',
  'behavioural-health': 'BH',
  'psychotherapy-notes': 'PSYTHPN',
  hiv: 'HIV',
  'reproductive-health': 'SEX',
  genetic: 'GDIS',
  'domestic-violence': 'SDV',
}

const actorRoles: Readonly<Record<ActorRole, readonly [system: string, code: string]>> = {
  recipient: [participation, 'PRCP'],
  discloser: [participation, 'CST'],
  excluded: [participation, 'NOT'],
  grantee: [roleClass, 'AGNT'],
}

/** Consent (hl7.org/fhir/R4/consent.html). What is not said of its rule is what it comes to: in, or out (ppc-1). */
export function consentResource(view: View, refer: Refer): Resource {
  const subject = view.patientId === undefined ? undefined : { reference: refer('Patient', view.patientId) }
  const [form] = view.sourceAttachment ?? []
  return resource('Consent', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    status: view.status ?? 'inactive',
    scope: coded(scopes, scopeOf(view)),
    category: [
      coded('http://loinc.org', '59284-0', 'Consent Document'),
      coded('urn:rounds:consent-category', view.category),
    ],
    patient: subject,
    dateTime: momentElement(view.dateTime),
    performer: performerOf(view, refer),
    sourceAttachment: form === undefined ? undefined : attachmentElement(form),
    policyRule: element({
      coding: [{ system: actCode, code: view.provision === 'permit' ? 'OPTIN' : 'OPTOUT' }],
      text: view.policyRule,
    }),
    verification:
      view.verified === undefined
        ? undefined
        : [{ verified: view.verified, verificationDate: momentElement(view.verifiedAt) }],
    provision: provisionOf(view, refer),
  })
}

function scopeOf({ category }: View): string {
  if (category === 'research' || category === 'treatment') return category
  return 'patient-privacy'
}

function performerOf({ grantedById, grantorName }: View, refer: Refer): readonly unknown[] | undefined {
  if (!grantedById && !grantorName) return undefined
  const reference = grantedById ? refer('RelatedPerson', grantedById) : undefined
  return [element({ reference, display: grantorName })]
}

function provisionOf(view: View, refer: Refer): Readonly<Record<string, unknown>> {
  return {
    type: view.provision,
    period: periodElement(view.period),
    actor: view.actors?.map(({ role, name, contactId, accountId }): Element | undefined => {
      const [system, code] = actorRoles[role]
      const reference = contactId
        ? refer('Practitioner', contactId)
        : accountId && refer('Organization', accountId)
      return element({ role: coded(system, code), reference: { reference, display: name } })
    }),
    securityLabel: view.sensitivities?.map((sensitivity) => ({ system: actCode, code: labels[sensitivity] })),
    purpose: view.purposes?.map((purpose) => ({ system: actReason, code: purposes[purpose] })),
  }
}

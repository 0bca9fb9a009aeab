import type { ViewOfModule } from '#app/modules/index.ts'
import {
  attachmentElement,
  codingElement,
  coded,
  conceptElement,
  identifierElement,
  momentElement,
  notesElement,
  periodElement,
  professionalElement,
  quantityElement,
} from './data-types.ts'
import { resource } from './resource.ts'
import type { Refer, Resource } from './resource.ts'

const subjectOf = (patientId: string | undefined, refer: Refer) =>
  patientId === undefined ? undefined : { reference: refer('Patient', patientId) }

const visitOf = (encounterId: string | null | undefined, refer: Refer) =>
  encounterId ? { reference: refer('Encounter', encounterId) } : undefined

/** DiagnosticReport (hl7.org/fhir/R4/diagnosticreport.html). */
export function reportResource(view: ViewOfModule<'diagnostic-reports'>, refer: Refer): Resource {
  return resource('DiagnosticReport', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    status: view.status ?? 'unknown',
    category: [conceptElement(view.category)],
    code: conceptElement(view.code),
    subject: subjectOf(view.patientId, refer),
    encounter: visitOf(view.encounterId, refer),
    effectivePeriod: periodElement(view.effectivePeriod),
    issued: view.issuedAt,
    performer: [professionalElement(view.performer, refer)],
    resultsInterpreter: [professionalElement(view.resultsInterpreter, refer)],
    conclusion: view.conclusion,
    conclusionCode: view.conclusionCodes?.map(conceptElement),
    presentedForm: view.presentedForm?.map(attachmentElement),
  })
}

/** Immunization (hl7.org/fhir/R4/immunization.html). */
export function immunizationResource(view: ViewOfModule<'immunizations'>, refer: Refer): Resource {
  return resource('Immunization', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    status: view.status,
    statusReason: conceptElement(view.statusReason),
    vaccineCode: conceptElement(view.vaccineCode),
    patient: subjectOf(view.patientId, refer),
    encounter: visitOf(view.encounterId, refer),
    occurrenceDateTime: momentElement(view.occurrence),
    occurrenceString: view.occurrence === null ? 'not known' : undefined,
    recorded: momentElement(view.recorded),
    primarySource: view.primarySource,
    reportOrigin: conceptElement(view.reportOrigin),
    manufacturer: { display: view.manufacturer?.text ?? view.manufacturer?.codings[0]?.display },
    lotNumber: view.lotNumber,
    expirationDate: view.expirationDate,
    site: conceptElement(view.bodySite),
    route: conceptElement(view.route),
    doseQuantity: view.doseQuantity ? quantityElement(view.doseQuantity) : undefined,
    performer: view.performer ? [{ actor: professionalElement(view.performer, refer) }] : undefined,
    note: notesElement(view.notes),
    reasonCode: view.reasonCodes?.map(conceptElement),
    isSubpotent: view.isSubpotent === true ? true : undefined,
  })
}

/** DocumentReference (hl7.org/fhir/R4/documentreference.html). Words that came as words are a file of their own. */
export function documentResource(view: ViewOfModule<'documents'>, refer: Refer): Resource {
  const words = view.text
    ? [{ attachment: { contentType: 'text/plain', data: Buffer.from(view.text).toString('base64') } }]
    : []
  const files = (view.content ?? []).map((file) => ({ attachment: attachmentElement(file) }))
  const content = [...files, ...words]
  return resource('DocumentReference', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    status: view.status,
    docStatus: view.docStatus,
    type: conceptElement(view.type),
    category: [conceptElement(view.category)],
    subject: subjectOf(view.patientId, refer),
    date: view.date?.length === 24 ? view.date : undefined,
    author: [professionalElement(view.author, refer)],
    authenticator: professionalElement(view.authenticator, refer),
    relatesTo:
      view.relatesToId && view.relatesToCode
        ? [{ code: view.relatesToCode, target: { reference: refer('DocumentReference', view.relatesToId) } }]
        : undefined,
    description: view.description,
    securityLabel: view.securityLabels?.map((label) => ({ coding: [codingElement(label)] })),
    content: content.length === 0 ? [{ attachment: { title: view.description ?? 'Not here' } }] : content,
    context: { encounter: [visitOf(view.encounterId, refer)], period: periodElement(view.period) },
  })
}

const allergyStates = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'
const allergyVerification = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'

/** AllergyIntolerance (hl7.org/fhir/R4/allergyintolerance.html). */
export function allergyResource(view: ViewOfModule<'allergies'>, refer: Refer): Resource {
  return resource('AllergyIntolerance', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    // An allergy of which nobody said that it is over counts as active (ait-1), one entered in error as neither (ait-2).
    clinicalStatus:
      view.verificationStatus === 'entered-in-error'
        ? undefined
        : coded(allergyStates, view.clinicalStatus ?? 'active'),
    verificationStatus: coded(allergyVerification, view.verificationStatus),
    type: view.type,
    category: view.categories,
    criticality: view.criticality,
    code: conceptElement(view.code),
    patient: subjectOf(view.patientId, refer),
    onsetDateTime: momentElement(view.onset),
    recordedDate: momentElement(view.recordedDate),
    recorder: professionalElement(view.recorder, refer),
    lastOccurrence: momentElement(view.lastOccurrence),
    note: notesElement(view.notes),
    reaction: view.reactions?.map(({ manifestations, severity, onset, description }) => ({
      // FHIR wants one; what was only described is one in words.
      manifestation:
        manifestations.length === 0
          ? [{ text: description ?? 'Not described' }]
          : manifestations.map(conceptElement),
      severity,
      onset,
      description,
    })),
  })
}

const conditionStates = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
const conditionVerification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
const conditionCategories = 'http://terminology.hl7.org/CodeSystem/condition-category'

const overStates: ReadonlySet<string> = new Set(['inactive', 'remission', 'resolved'])

/** Condition (hl7.org/fhir/R4/condition.html). */
export function conditionResource(view: ViewOfModule<'conditions'>, refer: Refer): Resource {
  const inError = view.verificationStatus === 'entered-in-error'
  // An end stands beside a state that is over only (con-4); beside another it becomes a note.
  const isOver = !inError && overStates.has(view.clinicalStatus ?? '')
  const until = view.abatement && !isOver ? [`Until ${view.abatement}`] : []
  return resource('Condition', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    clinicalStatus: inError ? undefined : coded(conditionStates, view.clinicalStatus ?? undefined),
    verificationStatus: coded(conditionVerification, view.verificationStatus),
    category: [coded(conditionCategories, view.category)],
    severity: conceptElement(view.severity),
    code: conceptElement(view.code),
    bodySite: [conceptElement(view.bodySite)],
    subject: subjectOf(view.patientId, refer),
    encounter: visitOf(view.encounterId, refer),
    onsetDateTime: momentElement(view.onset),
    abatementDateTime: isOver ? momentElement(view.abatement) : undefined,
    recordedDate: momentElement(view.recordedDate),
    recorder: professionalElement(view.recorder, refer),
    asserter: professionalElement(view.asserter, refer),
    note: notesElement([...(view.notes ?? []), ...until]),
  })
}

const subscribers = 'http://terminology.hl7.org/CodeSystem/subscriber-relationship'

/** Coverage (hl7.org/fhir/R4/coverage.html). */
export function coverageResource(view: ViewOfModule<'coverage'>, refer: Refer): Resource {
  const [payorNumber] = view.payorIdentifiers ?? []
  const groups = 'http://terminology.hl7.org/CodeSystem/coverage-class'
  return resource('Coverage', view.id, {
    identifier: view.identifiers?.map(identifierElement),
    status: view.status,
    type: conceptElement(view.type),
    subscriber: view.subscriberName ? { display: view.subscriberName } : undefined,
    subscriberId: view.subscriberId,
    beneficiary: subjectOf(view.patientId, refer),
    dependent: view.dependent,
    relationship: coded(subscribers, view.relationship),
    period: periodElement(view.period),
    payor: [
      {
        identifier: payorNumber === undefined ? undefined : identifierElement(payorNumber),
        display: view.payor,
      },
    ],
    class: view.groupNumber
      ? [{ type: coded(groups, 'group'), value: view.groupNumber, name: view.groupName }]
      : undefined,
    order: view.order,
    network: view.network,
  })
}

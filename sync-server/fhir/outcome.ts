import { catalogue, remedy, says } from '#app/kernel/index.ts'
import type { AppError, ErrorCode } from '#app/kernel/index.ts'
import type { Element } from './convert/index.ts'

// What went wrong, as FHIR says it (hl7.org/fhir/R4/operationoutcome.html).

type Outcome = { readonly resourceType: 'OperationOutcome'; readonly issue: readonly Element[] }

/** Codes of hl7.org/fhir/R4/valueset-issue-type.html, where the status does not say it already. */
const issueCodes: { readonly [Code in ErrorCode]?: string } = {
  'fhir.token': 'login',
  'fhir.client': 'login',
  'fhir.scope': 'forbidden',
  'fhir.not-found': 'not-found',
  'fhir.gone': 'deleted',
  'fhir.not-supported': 'not-supported',
  'fhir.parameter-in-url': 'security',
  'fhir.version-conflict': 'conflict',
  'fhir.version-needed': 'required',
  'fhir.several-matches': 'multiple-matches',
  'fhir.not-kept': 'not-supported',
  'fhir.duplicate': 'duplicate',
  'access.throttled': 'throttled',
  'request.too-often': 'throttled',
  'access.forbidden': 'forbidden',
  'sync.refused-field': 'forbidden',
  'request.too-large': 'too-long',
  'server.maintenance': 'transient',
  'server.unavailable': 'transient',
  internal: 'exception',
}

export function outcomeOf({ code, facts }: AppError): Outcome {
  const kind = issueCodes[code] ?? (catalogue[code].http < 500 ? 'invalid' : 'exception')
  const { element } = facts
  const expression = typeof element === 'string' ? { expression: [element] } : {}
  return outcome('error', kind, `${says(code, facts)} ${remedy(code, facts)}`, { code, expression })
}

/** Something to know about an answer that is right as far as it goes. */
export function notice(text: string): Outcome {
  return outcome('information', 'incomplete', text)
}

type Ours = { readonly code: ErrorCode; readonly expression: Readonly<Record<string, Element>> }

function outcome(severity: string, kind: string, text: string, ours?: Ours): Outcome {
  const coding = ours === undefined ? {} : { coding: [{ system: 'urn:rounds:error', code: ours.code }] }
  const issue = { severity, code: kind, details: { ...coding, text }, ...ours?.expression }
  return { resourceType: 'OperationOutcome', issue: [issue] }
}

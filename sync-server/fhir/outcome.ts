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
  'access.throttled': 'throttled',
  'access.forbidden': 'forbidden',
  'sync.refused-field': 'forbidden',
  'request.too-large': 'too-long',
  'server.maintenance': 'transient',
  internal: 'exception',
}

export function outcomeOf({ code, facts }: AppError): Outcome {
  const kind = issueCodes[code] ?? (catalogue[code].http < 500 ? 'invalid' : 'exception')
  return outcome('error', kind, `${says(code, facts)} ${remedy(code, facts)}`, code)
}

/** Something to know about an answer that is right as far as it goes. */
export function notice(text: string): Outcome {
  return outcome('information', 'incomplete', text)
}

function outcome(severity: string, code: string, text: string, ours?: ErrorCode): Outcome {
  const details =
    ours === undefined ? { text } : { coding: [{ system: 'urn:rounds:error', code: ours }], text }
  return { resourceType: 'OperationOutcome', issue: [{ severity, code, details }] }
}

// What a machine that asks by FHIR can meet: a part of the catalogue.

export const fhirErrors = {
  'fhir.client': {
    says: 'The client is not proven, not registered, revoked, or without an agreement in force.',
    remedy:
      'Check the key, the audience and the times of the assertion; ask the administrator of Rounds for the rest.',
    http: 401,
  },
  'fhir.token': {
    says: 'There is no access token, or it has expired.',
    remedy: 'Ask for a new one at the token endpoint; each lasts five minutes.',
    http: 401,
  },
  'fhir.scope': {
    says: 'The access token does not cover this ({scope}).',
    remedy: 'Ask for the scope with the token, or ask the administrator of Rounds to allow it.',
    http: 403,
  },
  'fhir.not-found': {
    says: 'There is no such resource, or none that this client may see.',
    remedy: 'Check type and id.',
    http: 404,
  },
  'fhir.gone': {
    says: 'The resource was deleted.',
    remedy: 'Take it off your lists.',
    http: 410,
  },
  'fhir.not-supported': {
    says: 'This is not supported: {what}.',
    remedy: 'See the CapabilityStatement at /fhir/metadata.',
    http: 400,
  },
  'fhir.invalid': {
    says: 'The request or the resource is not valid: {what}.',
    remedy: 'Correct it and send it again.',
    http: 422,
  },
  'fhir.not-kept': {
    says: 'Rounds has no place for {element}.',
    remedy: 'Leave it out, so that nobody takes it for kept.',
    http: 422,
  },
  'fhir.duplicate': {
    says: 'Another record of this type has one of the identifiers.',
    remedy: 'Search for the identifier, and update the record that has it.',
    http: 409,
  },
  'fhir.parameter-in-url': {
    says: 'The search parameter {parameter} may tell of a patient and does not belong in an address.',
    remedy: 'Send the search as POST to {type}/_search.',
    http: 400,
  },
  'fhir.not-acceptable': {
    says: 'Only JSON is spoken here.',
    remedy: 'Ask for application/fhir+json.',
    http: 406,
  },
  'fhir.version-needed': {
    says: 'An update names the version that it changes.',
    remedy: 'Send its ETag in If-Match.',
    http: 428,
  },
  'fhir.version-conflict': {
    says: 'The resource has changed since that version.',
    remedy: 'Read it again, apply your change to what is there now, and send that.',
    http: 412,
  },
  'fhir.several-matches': {
    says: 'Several resources match the condition.',
    remedy: 'Name one that only one resource has.',
    http: 412,
  },
} as const

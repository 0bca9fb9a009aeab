import type { Element } from './convert/index.ts'
import { fhirTypes, isWritable, resourceTypes } from './resource-types.ts'
import type { FhirType } from './resource-types.ts'

// What this server can do, made from the table that it serves by (hl7.org/fhir/R4/capabilitystatement.html).

export type CapabilityParts = { readonly base: string; readonly date: string }

export function capabilityStatement({ base, date }: CapabilityParts): Readonly<Record<string, Element>> {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date,
    kind: 'instance',
    software: { name: 'Rounds' },
    implementation: { description: 'Rounds', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        documentation: 'Searches that tell of a patient are sent as POST to TYPE/_search.',
        security: securityOf(base),
        resource: [...fhirTypes.map(describe), provenance],
      },
    ],
  }
}

function describe(type: FhirType): Element {
  const { search } = resourceTypes[type]
  const written = isWritable(type) ? ['create', 'update'] : []
  const references = Object.entries(search).flatMap(([name, { target }]) =>
    target ? [`${type}:${name}`] : [],
  )
  return {
    type,
    interaction: ['read', 'vread', 'search-type', ...written].map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: false,
    updateCreate: false,
    ...(isWritable(type) ? { conditionalCreate: true } : {}),
    conditionalRead: 'not-match',
    searchInclude: references,
    searchRevInclude: ['Provenance:target'],
    searchParam: [
      { name: '_id', type: 'token' },
      { name: '_lastUpdated', type: 'date' },
      ...Object.entries(search).map(([name, parameter]) => ({ name, type: parameter.type })),
    ],
    ...(type === 'Patient' ? { operation: [everything] } : {}),
  }
}

const everything = {
  name: 'everything',
  definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything',
}

const provenance = {
  type: 'Provenance',
  interaction: [{ code: 'read' }, { code: 'search-type' }],
  versioning: 'no-version',
  searchParam: [{ name: 'target', type: 'reference' }],
}

function securityOf(base: string): Element {
  const system = 'http://terminology.hl7.org/CodeSystem/restful-security-service'
  const addresses = [{ url: 'token', valueUri: `${base}/auth/token` }]
  return {
    cors: false,
    service: [{ coding: [{ system, code: 'SMART-on-FHIR' }], text: 'SMART Backend Services' }],
    extension: [
      { url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris', extension: addresses },
    ],
  }
}

/** `.well-known/smart-configuration` (SMART App Launch 2.2, "Conformance"). */
export function smartConfiguration(base: string): Readonly<Record<string, Element>> {
  return {
    token_endpoint: `${base}/auth/token`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    scopes_supported: [
      ...fhirTypes.map((type) => `system/${type}.${isWritable(type) ? 'crus' : 'rs'}`),
      'system/Provenance.rs',
    ],
    capabilities: ['client-confidential-asymmetric', 'permission-v1', 'permission-v2'],
  }
}

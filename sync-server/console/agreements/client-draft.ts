import { clientRoleSchema, integrationCalls } from '../../console-api/protocol/integrations.ts'

// A machine while somebody registers it. Pure.

export type ClientDraft = {
  readonly name: string
  readonly agreementId: string | null
  readonly purpose: string | null
  readonly smartScopes: readonly string[]
  readonly role: string | null
  /** Where it sees what its role gives. */
  readonly scopes: readonly string[]
  readonly keysBy: 'address' | 'set'
  readonly jwksUrl: string
  /** A JWK set, as text. */
  readonly jwks: string
  readonly seesRestricted: boolean
}

export const newClient: ClientDraft = {
  name: '',
  agreementId: null,
  purpose: null,
  smartScopes: [],
  role: clientRoleSchema.enum.integration,
  scopes: [],
  keysBy: 'address',
  jwksUrl: '',
  jwks: '',
  seesRestricted: false,
}

export function clientRequestOf(draft: ClientDraft) {
  const { name, agreementId, purpose, smartScopes, role, scopes, seesRestricted } = draft
  return integrationCalls['add-fhir-client'].request.safeParse({
    agreementId,
    name,
    purpose,
    keys: keysIn(draft),
    smartScopes,
    grants: scopes.map((scope) => ({ role, scope })),
    seesRestricted,
  })
}

function keysIn({ keysBy, jwksUrl, jwks }: ClientDraft): unknown {
  if (keysBy === 'address') return { jwksUrl }
  try {
    return { jwks: JSON.parse(jwks) as unknown }
  } catch {
    return null
  }
}

/** What is wrong with a field that was filled in; null while it is empty, or right. */
export function problemWith(draft: ClientDraft, field: 'smartScopes' | 'keys'): string | null {
  const given =
    field === 'smartScopes' ? draft.smartScopes : draft.keysBy === 'set' ? draft.jwks : draft.jwksUrl
  const { error } = clientRequestOf(draft)
  const isWrong = given.length > 0 && (error?.issues.some(({ path }) => path[0] === field) ?? false)
  return isWrong ? wrong[field === 'keys' && draft.keysBy === 'set' ? 'jwks' : field] : null
}

const wrong = {
  smartScopes: 'Each is one such as system/Patient.rs or system/*.rs.',
  keys: 'An https address, where the machine publishes its public keys.',
  jwks: 'A JWK set of public keys only: RSA of 2048 bits and more, or P-384.',
} as const

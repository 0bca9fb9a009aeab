import type { Id, Json, Role, Scope } from '#app/kernel/index.ts'

// Other organisations' machines, and on what ground they are let in.

/** A business associate agreement (45 CFR 164.504(e)) or a data use agreement (164.514(e)). */
export type AgreementKind = 'baa' | 'dua'

/** `parties`, `document` are sealed. Days are `YYYY-MM-DD`, the last one included. */
export type StoredAgreement = {
  readonly id: Id
  readonly kind: AgreementKind
  readonly parties: { readonly ours: string; readonly theirs: string }
  /** Where the signed paper is found: a title or a file number, and the SHA-256 of the file where there is one. */
  readonly document: { readonly title: string; readonly sha256?: string | undefined }
  readonly from: string
  readonly until: string | null
  readonly createdAt: string
  /** Ended before its time. */
  readonly endedAt: string | null
}

/** How a client proves itself: by public keys given here (a JWK set), or by the address where it publishes them. */
export type ClientKeys =
  | { readonly jwksUrl: string }
  | { readonly jwks: { readonly keys: readonly Readonly<Record<string, Json>>[] } }

/** A machine that asks by FHIR. All but ids and times is sealed. */
export type StoredClient = {
  readonly id: Id
  readonly agreementId: Id
  readonly name: string
  /** For what it may use what it gets (HL7 v3 PurposeOfUse, in the words of `consentPurposes`). */
  readonly purpose: string
  readonly keys: ClientKeys
  /** SMART scopes at most, such as `system/Patient.rs`. */
  readonly smartScopes: readonly string[]
  readonly grants: readonly { readonly role: Role; readonly scope: Scope }[]
  /** Whether records that a patient restricted are disclosed to it all the same. */
  readonly seesRestricted: boolean
  readonly createdAt: string
  readonly revokedAt: string | null
}

/** A short-lived access token, found by its SHA-256. */
export type StoredClientToken = {
  readonly tokenHash: string
  readonly clientId: Id
  readonly smartScopes: readonly string[]
  readonly createdAt: string
  readonly expiresAt: string
}

export type IntegrationStore = {
  /** By id: adds it, or replaces it as a whole. */
  saveAgreement(agreement: StoredAgreement): Promise<void>
  agreement(id: Id): Promise<StoredAgreement | null>
  agreements(): Promise<readonly StoredAgreement[]>

  /** By id: adds it, or replaces it as a whole. Its agreement must be there. */
  saveClient(client: StoredClient): Promise<void>
  client(id: Id): Promise<StoredClient | null>
  clients(): Promise<readonly StoredClient[]>

  saveToken(token: StoredClientToken): Promise<void>
  token(tokenHash: string): Promise<StoredClientToken | null>
  endTokens(clientId: Id): Promise<void>
  /** True once for each assertion (`jti`) of a client, for as long as it is remembered: until it expires by itself. */
  useAssertion(clientId: Id, jti: string, expiresAt: string): Promise<boolean>
  /** Forgets tokens and assertions that expired before the instant. */
  forgetExpired(at: string): Promise<void>

  /** Something that a client carries for us from one call to the next, and can neither read nor change; base64url. */
  sealTicket(clientId: Id, ticket: Json): Promise<string>
  /** Null for what was not sealed here for this client. */
  openTicket(clientId: Id, sealed: string): Promise<Json | null>
}

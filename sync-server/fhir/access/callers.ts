import type { Subject } from '#app/access/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import { AppError, derivedId, idSchema, instant } from '#app/kernel/index.ts'
import { agreementInForce } from '../../access/agreements/in-force.ts'
import type { Throttle } from '../../access/signing-in/throttle.ts'
import { newToken, tokenHash } from '../../access/sessions/tokens.ts'
import type { Store, StoredAgreement, StoredClient } from '../../store/contract.ts'
import { claimedClient } from './client-assertion.ts'
import type { AssertionChecker } from './client-assertion.ts'
import { granted } from './smart-scopes.ts'

// Machines that ask by FHIR. A client proves itself by its key and gets a token for five minutes. Client and agreement are
// looked up on every request, so that a revocation, and the end of an agreement, count at once.

/** Seconds. */
export const TOKEN_LASTS = 300

/** Who stands behind a request, as of now. */
export type Caller = {
  readonly client: StoredClient
  readonly agreement: StoredAgreement
  /** Where the request came from; for the audit. */
  readonly address?: string
  readonly subject: Subject
  readonly smartScopes: readonly string[]
}

export type TokenRequest = {
  readonly assertion: string
  readonly scope: string
  readonly audience: string
  /** Where the request came from. */
  readonly address: string
}
export type IssuedToken = { readonly token: string; readonly smartScopes: readonly string[] }

export type Callers = {
  /**
   * Throws `fhir.client` for whoever is not proven or not (any more) admitted, `fhir.scope` where nothing is granted,
   * `access.throttled` after too many failures of that client, or from that address.
   */
  issue(request: TokenRequest): Promise<IssuedToken>
  /** Throws `fhir.token`, `fhir.client`. */
  callerOf(token: string): Promise<Caller>
}

export function createCallers(parts: {
  readonly store: Store
  readonly clock: Clock
  readonly assertions: AssertionChecker
  readonly throttle: Throttle
}): Callers {
  const { store, clock, assertions, throttle } = parts
  const { integrations } = store

  /** The client with an agreement that holds now; null otherwise. */
  async function admitted(id: string): Promise<Omit<Caller, 'smartScopes'> | null> {
    const client = idSchema.safeParse(id).success ? await integrations.client(id) : null
    if (client === null || client.revokedAt !== null) return null
    const agreement = await agreementInForce(store, client.agreementId, instant(clock))
    const identity = await store.identity()
    if (agreement === null || identity === null) return null
    return { client, agreement, subject: clientSubject(client, identity.organisation.id) }
  }

  async function proven({ assertion, audience, address }: TokenRequest): Promise<StoredClient> {
    const claimed = idSchema.safeParse(claimedClient(assertion)).data ?? 'unknown'
    const who = { login: `fhir ${claimed}`, address, userId: null }
    const client = await throttle.attempt(who, async () => {
      const caller = await admitted(claimed)
      const fresh = caller && (await assertions.check(caller.client, assertion, audience))
      if (caller === null || fresh === null) return null
      const isFirst = await integrations.useAssertion(caller.client.id, fresh.jti, fresh.expiresAt)
      return isFirst ? caller.client : null
    })
    if (client === null) throw new AppError('fhir.client')
    return client
  }

  async function open({ id, smartScopes }: StoredClient, scope: string): Promise<IssuedToken> {
    const scopes = granted(scope.split(' '), smartScopes)
    if (scopes.length === 0) throw new AppError('fhir.scope', { scope: 'any of those asked for' })
    const token = newToken()
    const [createdAt, expiresAt] = [0, TOKEN_LASTS].map((s) => new Date(clock.now() + s * 1000).toISOString())
    await integrations.saveToken({
      tokenHash: tokenHash(token),
      clientId: id,
      smartScopes: scopes,
      createdAt: createdAt ?? '',
      expiresAt: expiresAt ?? '',
    })
    return { token, smartScopes: scopes }
  }

  async function audited(actor: string, outcome: string, address: string): Promise<void> {
    const at = instant(clock)
    await store.audit.append({ at, actor, action: 'session', purpose: 'fhir', outcome, address })
  }

  return {
    async issue(request) {
      try {
        const client = await proven(request)
        const issued = await open(client, request.scope)
        await audited(client.id, 'opened', request.address)
        return issued
      } catch (thrown) {
        if (thrown instanceof AppError) await audited('unknown', thrown.code, request.address)
        throw thrown
      }
    },
    async callerOf(token) {
      const held = await integrations.token(tokenHash(token))
      if (held === null || held.expiresAt <= instant(clock)) throw new AppError('fhir.token')
      const caller = await admitted(held.clientId)
      if (caller === null) throw new AppError('fhir.client')
      // What the client was allowed less since then counts at once, too.
      const smartScopes = granted(held.smartScopes, caller.client.smartScopes)
      return { ...caller, smartScopes }
    },
  }
}

/** A client as who asks: what it was given counts from its registration on. */
export function clientSubject({ id, grants, createdAt }: StoredClient, orgId: string): Subject {
  return {
    id,
    orgId,
    grants: grants.map(({ role, scope }) => ({
      id: derivedId('client grant', id, role, scope),
      userId: id,
      role,
      scope,
      from: createdAt,
      until: null,
    })),
  }
}

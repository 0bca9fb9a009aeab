import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { z } from 'zod'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { StoredAgreement, StoredClient } from '../../store/contract.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { publicKeySetSchema } from '../access/public-keys.ts'
import type { Resource } from '../convert/index.ts'

// A machine client: registered in the store, with a key of its own, over real HTTP.

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

export type TestClient = {
  readonly id: Id
  readonly agreement: StoredAgreement
  readonly registered: StoredClient
  /** The usual one, with other claims. */
  assertion(claims?: Readonly<Record<string, unknown>>): Promise<string>
  /** Asks for a token; with the usual assertion unless given. */
  token(given?: { readonly scope?: string; readonly assertion?: string }): Promise<Answer>
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** A search as a form. */
  search(type: string, form: Readonly<Record<string, string>>): Promise<Answer>
  send(
    method: 'POST' | 'PUT',
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
}

const everything = ['system/*.crus']

export async function addClient(
  server: TestServer,
  given: Partial<StoredClient> & { readonly grants: StoredClient['grants'] },
): Promise<TestClient> {
  const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true })
  const keys = publicKeySetSchema.parse({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] })
  const id = newId()
  const createdAt = new Date(server.clock.now()).toISOString()
  const agreement: StoredAgreement = {
    id: newId(),
    kind: 'baa',
    parties: { ours: 'Synthetic Clinic', theirs: 'Synthetic Analytics' },
    document: { title: 'Contract 17' },
    from: '2020-01-01',
    until: null,
    createdAt,
    endedAt: null,
  }
  const registered: StoredClient = {
    id,
    agreementId: agreement.id,
    name: 'Reports',
    purpose: 'operations',
    keys: { jwks: keys },
    smartScopes: everything,
    seesRestricted: false,
    createdAt,
    revokedAt: null,
    ...given,
  }
  await server.store.integrations.saveAgreement(agreement)
  await server.store.integrations.saveClient(registered)
  let bearer = ''

  async function call(path: string, init: RequestInit): Promise<Answer> {
    const url = path.startsWith('http') ? path : `${server.url}/fhir/${path}`
    const response = await fetch(url, init)
    const text = await response.text()
    const body: unknown = text === '' ? {} : JSON.parse(text)
    return {
      status: response.status,
      headers: response.headers,
      body: z.record(z.string(), z.unknown()).parse(body),
    }
  }

  async function assertion(claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const now = Math.floor(server.clock.now() / 1000)
    const usual = {
      iss: id,
      sub: id,
      aud: `${server.url}/fhir/auth/token`,
      jti: newId(),
      iat: now,
      exp: now + 240,
    }
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: 'ES384', kid: 'one', typ: 'JWT' })
      .sign(privateKey)
  }

  async function token(wish: { readonly scope?: string; readonly assertion?: string } = {}): Promise<Answer> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: wish.assertion ?? (await assertion()),
      scope: wish.scope ?? 'system/*.crus',
    })
    const answer = await call('auth/token', { method: 'POST', body })
    if (answer.status === 200) bearer = String(answer.body['access_token'])
    return answer
  }

  const authorized = () => ({ authorization: `Bearer ${bearer}` })
  return {
    id,
    agreement,
    registered,
    assertion,
    token,
    get: (path, headers = {}) => call(path, { headers: { ...authorized(), ...headers } }),
    search: (type, form) =>
      call(`${type}/_search`, { method: 'POST', headers: authorized(), body: new URLSearchParams(form) }),
    send: (method, path, body, headers = {}) =>
      call(path, {
        method,
        headers: { ...authorized(), 'content-type': 'application/fhir+json', ...headers },
        body: JSON.stringify(body),
      }),
  }
}

/** Registered and with a token. */
export async function openClient(
  server: TestServer,
  given: Parameters<typeof addClient>[1],
): Promise<TestClient> {
  const client = await addClient(server, given)
  const answer = await client.token()
  if (answer.status !== 200) throw new Error(`no token: ${JSON.stringify(answer.body)}`)
  return client
}

const bundleSchema = z.object({
  total: z.number().optional(),
  link: z.array(z.object({ relation: z.string(), url: z.string() })),
  entry: z
    .array(
      z.object({
        resource: z.looseObject({ resourceType: z.string(), id: z.string().default('') }),
        search: z.object({ mode: z.string() }),
      }),
    )
    .default([]),
})

/** The resources of a bundle; the matches unless another mode is given. */
export function resourcesOf({ body }: Answer, mode = 'match'): readonly Resource[] {
  const { entry } = bundleSchema.parse(body)
  return entry.filter(({ search }) => search.mode === mode).map(({ resource }) => resource as Resource)
}

export function idsOf(answer: Answer): readonly string[] {
  return resourcesOf(answer).map(({ id }) => id)
}

export function nextOf({ body }: Answer): string | null {
  return bundleSchema.parse(body).link.find(({ relation }) => relation === 'next')?.url ?? null
}

/** All pages of a search, each resource as it came. */
export async function allPages(client: TestClient, first: Answer): Promise<readonly Resource[]> {
  const found = [...resourcesOf(first)]
  for (let next = nextOf(first); next !== null;) {
    const page = await client.get(next)
    found.push(...resourcesOf(page))
    next = nextOf(page)
  }
  return found
}

const outcomeSchema = z.object({
  resourceType: z.literal('OperationOutcome'),
  issue: z.array(z.object({ details: z.object({ coding: z.array(z.object({ code: z.string() })) }) })),
})

/** The code of ours that an OperationOutcome names. */
export function errorOf({ body }: Answer): string {
  return outcomeSchema.parse(body).issue[0]?.details.coding[0]?.code ?? 'none'
}

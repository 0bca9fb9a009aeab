import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { addClient, errorOf, openClient } from '../testing/test-client.ts'
import type { TestClient } from '../testing/test-client.ts'
import { isKeyAddress, publicKeySetSchema } from './public-keys.ts'
import { allows, granted, isSmartScope } from './smart-scopes.ts'

describe('SMART scopes', () => {
  it('allow what they name, in both versions of the notation', () => {
    expect(allows(['system/Patient.rs'], 'read', 'Patient')).toBe(true)
    expect(allows(['system/Patient.rs'], 'update', 'Patient')).toBe(false)
    expect(allows(['system/Patient.rs'], 'read', 'Observation')).toBe(false)
    expect(allows(['system/*.read'], 'search', 'Observation')).toBe(true)
    expect(allows(['system/*.write'], 'search', 'Observation')).toBe(false)
    expect(allows(['user/*.crus', 'patient/*.rs', 'system/Patient'], 'read', 'Patient')).toBe(false)
  })

  it('are granted as far as they are asked for and allowed', () => {
    expect(granted(['system/*.rs'], ['system/Patient.r', 'system/Encounter.cruds'])).toEqual([
      'system/Patient.r',
      'system/Encounter.rs',
    ])
    expect(granted(['system/Patient.crus'], ['system/*.rs'])).toEqual(['system/Patient.rs'])
    expect(granted(['system/Patient.rs', 'launch', 'user/*.rs'], ['system/Observation.rs'])).toEqual([])
  })

  it('are told from what is none', () => {
    const scopes = [
      'system/Patient.rs',
      'system/*.*',
      'system/Patient.sr',
      'system/Patient.d',
      'user/Patient.rs',
      '',
    ]
    expect(scopes.map(isSmartScope)).toEqual([true, true, false, false, false, false])
  })
})

describe('the keys of a client', () => {
  it('are public ones, of the two algorithms, and strong', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES384', { extractable: true })
    const takes = async (key: unknown) => publicKeySetSchema.safeParse({ keys: [key] }).success
    expect(await takes(await exportJWK(publicKey))).toBe(true)
    expect(await takes(await exportJWK(privateKey))).toBe(false)
    const small = await generateKeyPair('ES256', { extractable: true })
    expect(await takes(await exportJWK(small.publicKey))).toBe(false)
    expect(await takes({ kty: 'RSA', n: 'A'.repeat(171), e: 'AQAB' })).toBe(false)
    expect(await takes({ kty: 'oct', k: 'AAAA' })).toBe(false)
  })

  it('are fetched by TLS, or from this machine', () => {
    expect(isKeyAddress('https://client.example/jwks.json')).toBe(true)
    expect(isKeyAddress('http://127.0.0.1:8080/jwks.json')).toBe(true)
    for (const address of [
      'http://client.example/',
      'https://user:pass@client.example/',
      'file:///etc/passwd',
      '',
    ])
      expect(isKeyAddress(address)).toBe(false)
  })
})

describe.each(['sqlite', 'postgres'] as const)('who comes in by FHIR on %s', (dialect) => {
  let server: TestServer
  let client: TestClient

  const grants = [{ role: 'supervisor', scope: 'org' }] as const

  beforeAll(async () => {
    server = await startTestServer({ dialect })
    client = await addClient(server, { grants })
  })
  afterAll(() => server.close())

  it('gets a token for five minutes by an assertion of its key', async () => {
    const answer = await client.token({ scope: 'system/Patient.rs system/Nonsense' })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ token_type: 'bearer', expires_in: 300, scope: 'system/Patient.rs' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await client.get('Patient?_count=1')).status).toBe(200)
    expect(errorOf(await client.get('Observation?_count=1'))).toBe('fhir.scope')
    server.clock.pass(301_000)
    expect((await client.get('Patient?_count=1')).status).toBe(401)
  })

  it('uses an assertion once', async () => {
    const assertion = await client.assertion()
    expect((await client.token({ assertion })).status).toBe(200)
    const again = await client.token({ assertion })
    expect([again.status, again.body]).toEqual([401, { error: 'invalid_client' }])
  })

  it('is refused with an assertion that is old, long-lived, for another place, of another or of nobody', async () => {
    const now = Math.floor(server.clock.now() / 1000)
    const [one, other] = [await addClient(server, { grants }), await addClient(server, { grants })]
    const claims: Record<string, unknown>[] = [
      { exp: now - 60 },
      { exp: now + 3600 },
      { exp: undefined },
      { nbf: now + 600 },
      { iat: now + 600 },
      { jti: undefined },
      { jti: '' },
      { aud: 'https://elsewhere.example/token' },
      { aud: server.url },
      { iss: other.id },
      { sub: other.id, iss: other.id },
      { sub: newId(), iss: newId() },
      { sub: 'x'.repeat(500) },
    ]
    for (const changed of claims) {
      // Each by a client of its own: who fails too often is told to wait.
      const tried = 'sub' in changed ? one : await addClient(server, { grants })
      const answer = await tried.token({ assertion: await tried.assertion(changed) })
      expect([changed, answer.status, answer.body]).toEqual([changed, 401, { error: 'invalid_client' }])
    }
    for (const assertion of ['a.b.c', 'nothing', `${await one.assertion()}x`, 'e30.e30.'])
      expect((await client.token({ assertion })).status).toBe(401)
  })

  it('is refused by any other algorithm', async () => {
    const one = await addClient(server, { grants })
    const now = Math.floor(server.clock.now() / 1000)
    const claims = {
      iss: one.id,
      sub: one.id,
      aud: `${server.url}/fhir/auth/token`,
      jti: newId(),
      exp: now + 200,
    }
    const none = [{ alg: 'none' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    expect((await one.token({ assertion: `${none.join('.')}.` })).status).toBe(401)
    // The public key, which everybody has, as the secret of a symmetric algorithm.
    const secret = Buffer.from(JSON.stringify(one.registered.keys))
    const symmetric = await new SignJWT(claims).setProtectedHeader({ alg: 'HS384' }).sign(secret)
    expect((await one.token({ assertion: symmetric })).status).toBe(401)
    const rsa = await generateKeyPair('RS256')
    const foreign = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(rsa.privateKey)
    expect((await one.token({ assertion: foreign })).status).toBe(401)
  })

  it('waits after five failures, and nobody else waits with it', async () => {
    const guesser = await addClient(server, { grants })
    const failing = async () => guesser.token({ assertion: await guesser.assertion({ aud: server.url }) })
    for (let count = 0; count < 5; count += 1) expect((await failing()).status).toBe(401)
    const throttled = await guesser.token()
    expect([throttled.status, throttled.body]).toEqual([429, { error: 'temporarily_unavailable' }])
    expect(throttled.headers.get('retry-after')).toBe('1')
    expect((await client.token()).status).toBe(200)
    server.clock.pass(1_001)
    expect((await guesser.token()).status).toBe(200)
  })

  it('is told what is wrong with a request in the words of OAuth', async () => {
    const ask = async (form: Record<string, string>) => {
      const response = await fetch(`${server.url}/fhir/auth/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
      })
      return [response.status, await response.json()]
    }
    expect(await ask({})).toEqual([400, { error: 'invalid_request' }])
    const whole = {
      grant_type: 'password',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await client.assertion(),
      scope: 'system/Patient.rs',
    }
    expect(await ask(whole)).toEqual([400, { error: 'unsupported_grant_type' }])
    const scopeless = { ...whole, grant_type: 'client_credentials', scope: 'launch/patient' }
    expect(await ask(scopeless)).toEqual([400, { error: 'invalid_scope' }])
  })

  it('is out at once when it is revoked, or its agreement ends', async () => {
    const [revoked, ended, narrowed] = await Promise.all([1, 2, 3].map(() => openClient(server, { grants })))
    if (revoked === undefined || ended === undefined || narrowed === undefined) throw new Error('no clients')
    const at = new Date(server.clock.now()).toISOString()
    const { integrations } = server.store
    await integrations.saveClient({ ...revoked.registered, revokedAt: at })
    expect((await revoked.get('Patient?_count=1')).status).toBe(401)
    expect((await revoked.token()).status).toBe(401)
    await integrations.saveAgreement({ ...ended.agreement, until: '2021-01-01' })
    expect((await ended.get('Patient?_count=1')).status).toBe(401)
    expect((await ended.token()).status).toBe(401)
    await integrations.saveClient({ ...narrowed.registered, smartScopes: ['system/Location.rs'] })
    expect(errorOf(await narrowed.get('Patient?_count=1'))).toBe('fhir.scope')
    expect((await narrowed.get('Location?_count=1')).status).toBe(200)
  })

  it('publishes its keys at an address, and changes them there', async () => {
    const [first, second] = [await keyWithId('one'), await keyWithId('two')]
    let published = first.jwk
    const site = createServer((_, response) => response.end(JSON.stringify({ keys: [published] })))
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    const address = site.address()
    if (address === null || typeof address === 'string') throw new Error('no address')
    const remote = await addClient(server, { grants, keys: { jwksUrl: `http://127.0.0.1:${address.port}/` } })
    const now = Math.floor(server.clock.now() / 1000)
    const aud = `${server.url}/fhir/auth/token`
    const sign = ({ privateKey }: typeof first, kid: string) =>
      new SignJWT({ iss: remote.id, sub: remote.id, aud, jti: newId(), exp: now + 200 })
        .setProtectedHeader({ alg: 'RS384', kid })
        .sign(privateKey)
    expect((await remote.token({ assertion: await sign(first, 'one') })).status).toBe(200)
    expect((await remote.token({ assertion: await sign(second, 'one') })).status).toBe(401)
    published = second.jwk
    expect((await remote.token({ assertion: await sign(first, 'one') })).status).toBe(200)
    site.close()
  })
})

async function keyWithId(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS384', { extractable: true })
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid } }
}

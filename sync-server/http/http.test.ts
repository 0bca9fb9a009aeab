import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import SqliteDatabase from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, pullAnswerSchema, routes } from '#app/protocol/index.ts'
import { call, enrolDevice } from '../testing/test-device.ts'
import type { Refusal, TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { admits, ownHosts } from './admission.ts'
import { answerFor } from './errors.ts'

const page =
  '<!doctype html><meta name="csp-nonce" content="__ROUNDS_NONCE__"><style nonce="__ROUNDS_NONCE__"></style>'
let folder: string
let server: TestServer
let carla: TestDevice

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rounds-pages-'))
  for (const name of ['client', 'console']) {
    await mkdir(join(folder, name, 'assets'), { recursive: true })
    await writeFile(join(folder, name, 'index.html'), page)
    await writeFile(
      join(folder, name, 'assets', 'index-1a2b.js'),
      `export const words = '${'rounds '.repeat(400)}'`,
    )
  }
  await writeFile(join(folder, 'secret.txt'), 'outside')
  const folders = { clientFolder: join(folder, 'client'), consoleFolder: join(folder, 'console') }
  server = await startTestServer(folders)
  carla = await enrolDevice(server.url, 'carla')
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

/** A request with headers that `fetch` does not let through. */
function raw(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
      .on('error', reject)
      .end()
  })
}

/** What comes over the line, as it is. */
function posted(path: string, body: string, headers: Readonly<Record<string, string>>) {
  const { hostname, port } = new URL(server.url)
  return new Promise<{ headers: IncomingHttpHeaders; bytes: Buffer }>((resolve, reject) => {
    request({ hostname, port, path, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ headers: response.headers, bytes: Buffer.concat(chunks) }))
    })
      .on('error', reject)
      .end(body)
  })
}

describe('who is answered', () => {
  it('answers to its own names only, so that no foreign name can be pointed at it', async () => {
    const { port } = new URL(server.url)
    expect((await raw('/healthz', { host: `127.0.0.1:${port}` })).status).toBe(200)
    expect((await raw('/healthz', { host: `localhost:${port}` })).status).toBe(200)
    const refused = await raw('/healthz', { host: `evil.example:${port}` })
    expect(refused.status).toBe(421)
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code: 'request.misdirected' } })
    expect((await raw('/', { host: `127.0.0.1:${Number(port) + 1}` })).status).toBe(421)
  })

  it('answers its own pages and the desktop client, and no other page', async () => {
    const ask = (origin: string) => fetch(`${server.url}/healthz`, { headers: { origin } })
    expect((await ask(server.url)).status).toBe(200)
    expect((await ask('https://evil.example')).status).toBe(421)
    expect((await ask('null')).status).toBe(421)
    const desktop = await ask('app://rounds')
    expect(desktop.headers.get('access-control-allow-origin')).toBe('app://rounds')
    const preflight = await fetch(`${server.url}/sync/pull`, {
      method: 'OPTIONS',
      headers: { origin: 'app://rounds' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toContain(PROTOCOL_HEADER)
  })

  it('knows configured names, with and without the port that a scheme implies', () => {
    const hosts = ownHosts('0.0.0.0', 80, ['rounds.clinic.example', 'rounds.clinic.example:8443'])
    const asked = (host: string | undefined, origin?: string, protocol = 'http:') =>
      admits(hosts, { host, origin, protocol })
    expect(asked('Rounds.Clinic.Example', 'https://rounds.clinic.example')).toBe(true)
    expect(asked('rounds.clinic.example:8443')).toBe(true)
    expect(asked('localhost')).toBe(true)
    expect(asked('localhost', undefined, 'https:')).toBe(false)
    expect(asked('clinic.example')).toBe(false)
    expect(asked(undefined)).toBe(false)
  })

  it.each([undefined, '0', String(PROTOCOL_VERSION + 1), 'one'])('refuses protocol %j', async (version) => {
    const headers: Record<string, string> = version === undefined ? {} : { [PROTOCOL_HEADER]: version }
    const response = await fetch(`${server.url}/sync/challenge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ deviceId: newId() }),
    })
    expect(response.status).toBe(426)
    expect(await response.json()).toMatchObject({
      error: { code: 'protocol.version', facts: { server: PROTOCOL_VERSION } },
    })
  })
})

describe('what is answered', () => {
  it('names the place of a fault in a request, never its value', async () => {
    const wrong = { collection: 'cases', checkpoint: null, limit: 'Mrs Robinson' }
    const { status, body } = await carla.call<Refusal>('pull', wrong)
    expect([status, body.error]).toEqual([400, { code: 'request.invalid', facts: { place: 'limit' } }])
    expect(JSON.stringify(body)).not.toContain('Robinson')
  })

  it('refuses a body that is too large, is no JSON, or comes to nowhere', async () => {
    const big = await carla.call<Refusal>('fetch', { collection: 'cases', ids: ['x'.repeat(100_000)] })
    expect([big.status, big.body.error.code]).toEqual([413, 'request.too-large'])
    const headers = { 'content-type': 'application/json', [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }
    const broken = await fetch(`${server.url}/sync/challenge`, { method: 'POST', headers, body: '{"a' })
    expect(await broken.json()).toMatchObject({ error: { code: 'request.invalid' } })
    const poison = '{"deviceId":"x","__proto__":{"isAdmin":true}}'
    const poisoned = await fetch(`${server.url}/sync/challenge`, { method: 'POST', headers, body: poison })
    expect([poisoned.status, await poisoned.json()]).toMatchObject([
      400,
      { error: { facts: { place: 'body' } } },
    ])
    expect((await fetch(`${server.url}/sync/nowhere`, { method: 'POST', headers, body: '{}' })).status).toBe(
      404,
    )
  })

  it('sends nobody back what they sent, whatever they call it', async () => {
    const { hostname, port } = new URL(server.url)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    request({ hostname, port, path: '/', method: 'TRACE', headers: { 'x-canary': 'mine' } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve(`${response.statusCode} ${body}`))
    })
      .on('error', reject)
      .end()
    expect(await promise).toMatch(/^404 (?!.*mine)/)
  })

  it('tells nothing of an unknown fault', () => {
    const error = answerFor(new Error('duplicate key value (carla@example.org)'), 0)
    expect(error.toJSON()).toEqual({ code: 'internal', facts: {} })
  })

  it('says that the database is full, which is over by itself one day', () => {
    const error = answerFor(new SqliteDatabase.SqliteError('full', 'SQLITE_FULL'), 0)
    expect(error.toJSON()).toEqual({ code: 'server.unavailable', facts: {} })
  })

  it('is never cached, and compressed where that pays', async () => {
    const body = { collection: 'patients', checkpoint: null, limit: 500 }
    const pulled = await carla.call('pull', body)
    expect(pulled.headers.get('cache-control')).toBe('no-store')
    const opened = await call(server.url, 'challenge', { deviceId: carla.deviceId })
    expect(opened.headers.get('content-encoding')).toBeNull()
  })

  it.each<[string, string | undefined, (bytes: Buffer) => Buffer]>([
    ['gzip, deflate, br, zstd', 'zstd', zstdDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['identity', undefined, (bytes) => bytes],
  ])('comes to who takes %s as %s', async (takes, encoding, opened) => {
    const path = routes.pull.path
    const asked = JSON.stringify({ collection: 'patients', checkpoint: null, limit: 500 })
    const { headers, bytes } = await posted(path, asked, {
      ...carla.prover.headers('POST', path, carla.session.token),
      'content-type': 'application/json',
      'accept-encoding': takes,
    })
    expect(headers['content-encoding']).toBe(encoding)
    expect(pullAnswerSchema.parse(JSON.parse(opened(bytes).toString('utf8'))).documents).not.toEqual([])
  })

  it('is alive, and ready when its parts answer', async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ alive: true })
    const ready = await fetch(`${server.url}/readyz`)
    expect(await ready.json()).toEqual({ ready: true, checks: { store: true, hl7: true } })
  })
})

describe('the pages', () => {
  const html = { accept: 'text/html' }

  it.each(['/', '/index.html', '/cases', '/console/'])(
    'serves %s with a nonce of its own, in markup and policy',
    async (path) => {
      const load = async () => {
        const response = await fetch(`${server.url}${path}`, { headers: html })
        const policy = response.headers.get('content-security-policy') ?? ''
        const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
        return { policy, nonce, markup: await response.text() }
      }
      const [first, second] = [await load(), await load()]
      expect(first.nonce).not.toBe(second.nonce)
      expect(first.markup.split(first.nonce)).toHaveLength(3)
      expect(first.markup).not.toContain('__ROUNDS_NONCE__')
      for (const rule of [
        `default-src 'none'`,
        `frame-ancestors 'none'`,
        `require-trusted-types-for 'script'`,
      ]) {
        expect(first.policy).toContain(rule)
      }
      expect(first.policy).not.toMatch(/unsafe-inline|'unsafe-eval'/)
    },
  )

  it('serves assets for good, compressed, with a policy for workers', async () => {
    expect((await fetch(`${server.url}/console/assets/index-1a2b.js`)).status).toBe(200)
    const { headers } = await fetch(`${server.url}/assets/index-1a2b.js`)
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('content-type')).toContain('javascript')
    expect(headers.get('content-security-policy')).toContain('wasm-unsafe-eval')
    expect(headers.get('content-encoding')).not.toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('leads /console to its folder, and serves nothing from outside of a folder', async () => {
    const redirect = await fetch(`${server.url}/console`, { redirect: 'manual' })
    expect([redirect.status, redirect.headers.get('location')]).toEqual([308, '/console/'])
    for (const path of ['/../secret.txt', '/assets/..%2f..%2fsecret.txt', '/%2e%2e/secret.txt']) {
      expect((await raw(path, { host: new URL(server.url).host })).body).not.toContain('outside')
    }
    expect((await fetch(`${server.url}/assets/none.js`)).status).toBe(404)
  })
})

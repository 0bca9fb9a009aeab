import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { get, request } from 'node:https'
import type { RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { systemClock } from '#app/kernel/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, routes } from '#app/protocol/index.ts'
import type { EnrolAnswer } from '#app/protocol/index.ts'
import { configFrom } from '../config.ts'
import { enrolBody } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { runTls } from './cli.ts'
import { httpsMaterial, isLoopback, pinOf, promisedPins } from './index.ts'
import { ownCertificate } from './own-certificate.ts'

const day = 24 * 3_600_000

function ask(url: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${url}/healthz`, { agent: false, ...options }, (response) => {
      response.resume().on('end', () => resolve(response))
    }).on('error', reject)
  })
}

/** What the session of a new device announces. */
async function announcedBy({ url }: TestServer, ca: string): Promise<readonly string[]> {
  const headers = { 'content-type': 'application/json', [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }
  const text = await new Promise<string>((resolve, reject) => {
    request(`${url}${routes.enrol.path}`, { ca, agent: false, method: 'POST', headers }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (part: string) => (body += part))
      response.on('end', () => resolve(body))
    })
      .on('error', reject)
      .end(JSON.stringify(enrolBody('carla', {})))
  })
  const { session } = JSON.parse(text) as EnrolAnswer
  return session.serverPins
}

describe('a server that is encrypted', () => {
  let server: TestServer
  let ca: string

  beforeAll(async () => {
    server = await startTestServer({ encrypted: true })
    ca = await readFile(join(server.folder, 'data.tls.pem'), 'utf8')
  })
  afterAll(() => server.close())

  it('is answered for by the certificate that it made, and tells browsers to come by nothing else', async () => {
    expect(server.url).toMatch(/^https:/)
    const response = await ask(server.url, { ca })
    expect(response.statusCode).toBe(200)
    expect(response.headers['strict-transport-security']).toBe('max-age=63072000; includeSubDomains')
    await expect(ask(server.url, {})).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })

  it('speaks TLS 1.3, and nothing older or plainer', async () => {
    await expect(ask(server.url, { ca, maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/)
    await vi.waitFor(() => expect(server.logged()).toContain('ERR_SSL_UNSUPPORTED_PROTOCOL'))
    await expect(fetch(`${server.url.replace('https:', 'http:')}/healthz`)).rejects.toThrow()
  })

  it('announces with each session the key that it shows, and the one that comes next', async () => {
    const [now, next, ...others] = await announcedBy(server, ca)
    expect([now, others]).toEqual([pinOf({ cert: ca }), []])
    expect(next).not.toBe(now)
  })

  it('keeps its key where nobody else reads it', async () => {
    expect((await stat(join(server.folder, 'data.tls.pem'))).mode & 0o077).toBe(0)
  })
})

describe('the certificate that a server makes', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'rounds-tls-'))))
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is kept, and renewed for the same key before it ends and for a new name', async () => {
    const file = join(folder, 'kept.pem')
    const start = Date.now()
    const at = (days: number) => ({ now: () => start + days * day })
    const made = await ownCertificate(file, ['rounds.example'], at(0))
    expect(await ownCertificate(file, ['rounds.example'], at(300))).toEqual(made)
    const renewed = await ownCertificate(file, ['rounds.example'], at(380))
    const named = await ownCertificate(file, ['rounds.example', 'other.example'], at(380))
    const all = [made, renewed, named].map(({ cert }) => cert)
    expect(new Set(all).size).toBe(3)
    expect(new Set([made, renewed, named].map(pinOf)).size).toBe(1)
    const { subjectAltName } = new X509Certificate(named.cert)
    for (const name of ['DNS:other.example', 'DNS:localhost', 'IP Address:127.0.0.1'])
      expect(subjectAltName).toContain(name)
  })

  it('gives way to the next key, which clients were told of before, and that to another', async () => {
    const data = join(folder, 'changing')
    const run = async (...args: string[]) => {
      const said: string[] = []
      const environment = { ROUNDS_DATA: data, ROUNDS_TLS: 'always', ROUNDS_NAMES: 'rounds.example:443' }
      const code = await runTls(args, { write: (text) => said.push(text) }, environment)
      return { code, said: said.join('') }
    }
    const pins = async () => {
      const { said } = await run('pins')
      return [...said.matchAll(/(?:now|next): +(\S+)/g)].map(([, pin]) => pin)
    }
    await expect(run('change-key')).rejects.toMatchObject({ code: 'server.no-next-key' })
    const [now, next] = await pins()
    expect(new Set([now, next]).size).toBe(2)
    expect(await pins()).toEqual([now, next])
    expect((await stat(`${data}.tls.pem.next`)).mode & 0o077).toBe(0)
    expect((await run('change-key')).said).toContain(`now:  ${next}`)
    const [later, third] = await pins()
    expect([later, third === now || third === next]).toEqual([next, false])
    const { subjectAltName } = new X509Certificate(await readFile(`${data}.tls.pem`))
    expect(subjectAltName).toContain('DNS:rounds.example')
    expect((await run('pins', 'more')).code).toBe(1)
  })

  it('says where it can not be kept', async () => {
    const file = join(folder, 'missing', 'x.pem')
    await expect(ownCertificate(file, [], systemClock)).rejects.toMatchObject({
      code: 'server.data-unwritable',
    })
  })
})

describe('what is encrypted', () => {
  const material = (environment: Record<string, string>) =>
    httpsMaterial(configFrom(environment).http, systemClock)

  it('is everything beyond loopback, without a setting', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rounds-tls-'))
    const data = { ROUNDS_DATA: join(folder, 'data') }
    expect(await material(data)).toBeNull()
    expect(await material({ ...data, ROUNDS_HOST: '0.0.0.0' })).not.toBeNull()
    expect(await material({ ...data, ROUNDS_HOST: '::1', ROUNDS_TLS: 'always' })).not.toBeNull()
    await rm(folder, { recursive: true })
  })

  it('promises no key where nobody knows which comes next: clients that pin one would be locked out by the other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rounds-tls-'))
    const files = [join(folder, 'one.pem'), join(folder, 'two.pem')] as const
    const [one, two] = [
      await ownCertificate(files[0], [], systemClock),
      await ownCertificate(files[1], [], systemClock),
    ]
    const given = { ROUNDS_TLS_CERT: files[0], ROUNDS_TLS_KEY: files[0], ROUNDS_TLS: 'always' }
    expect(promisedPins(await material(given))).toEqual([])
    const next = { ...given, ROUNDS_TLS_NEXT_CERT: files[1] }
    expect(promisedPins(await material(next))).toEqual([pinOf(one), pinOf(two)])
    expect(promisedPins(null)).toEqual([])
    await rm(folder, { recursive: true })
  })

  it('names the setting whose file is missing', async () => {
    const [cert, key] = ['/nowhere/cert.pem', '/nowhere/key.pem']
    await expect(material({ ROUNDS_TLS_CERT: cert, ROUNDS_TLS_KEY: key })).rejects.toMatchObject({
      code: 'server.config',
      facts: { setting: 'ROUNDS_TLS_CERT' },
    })
    expect(() => configFrom({ ROUNDS_TLS_CERT: cert })).toThrow(/ROUNDS_TLS_KEY/)
  })

  it.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('takes %s for loopback', (host) =>
    expect(isLoopback(host)).toBe(true),
  )
  it.each(['0.0.0.0', '10.0.0.1', '::', 'localhost.example'])('does not take %s for loopback', (host) =>
    expect(isLoopback(host)).toBe(false),
  )
})

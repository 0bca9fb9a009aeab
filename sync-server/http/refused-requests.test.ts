import { once } from 'node:events'
import { connect } from 'node:net'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#app/protocol/index.ts'
import { openClient } from '../fhir/testing/test-client.ts'
import { atConsole } from '../testing/console-caller.ts'
import { call, enrolBody, enrolDevice } from '../testing/test-device.ts'
import type { Refusal, TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'

// Somebody outside asks for what they may not, or in a way that no client asks, against the running server. Each time: a clear
// code, an entry in the audit that says who was refused what, and nothing given away.

const SLOWEST = 300
const injected = `' or 1=1; drop table documents; --`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rounds-refused-'))
  await mkdir(join(folder, 'client', 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'outside')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(['sqlite', 'postgres'] as const)('on %s', (dialect) => {
  let server: TestServer
  let ada: TestDevice
  /** The end of the audit before a test, so that each looks at its own entries. */
  let before: number
  beforeAll(async () => {
    const clientFolder = join(folder, 'client')
    server = await startTestServer({ dialect, clientFolder, slowestRequest: SLOWEST })
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    // Refusals are counted by the hour.
    server.clock.pass(3_600_000)
    ada = await enrolDevice(server.url, 'ada')
    before = (await server.store.audit.head()).seq
  })

  async function written() {
    const entries = await server.store.audit.read({ limit: 50 })
    return entries.filter(({ seq }) => seq > before).toReversed()
  }
  async function refusals() {
    const entries = (await written()).filter(({ outcome }) => outcome?.includes('.'))
    return entries.map(({ actor, action, purpose, outcome, facts }) => [
      actor,
      purpose ?? action,
      outcome,
      facts?.['place'],
    ])
  }
  /** Bytes as no client of ours sends them; answers what came back until the server closed. */
  async function raw(...bytes: readonly string[]): Promise<string> {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    let heard = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk))
    socket.on('error', () => {})
    for (const part of bytes) socket.write(part)
    await once(socket, 'close')
    return heard
  }
  const host = () => new URL(server.url).host
  const codeIn = (answer: string) => /"code":"([^"]+)"/.exec(answer)?.[1]

  it('a record of another site by its id is answered like one that is not there', async () => {
    const [patient] = await (await enrolDevice(server.url, 'carla')).follow('patients')
    const [theirs, nobodys] = [patient?.id ?? '', newId()]
    const { body } = await ada.call<Partial<Refusal>>('fetch', {
      collection: 'patients',
      ids: [theirs, nobodys],
    })
    const rows = (body as { documents?: Record<string, unknown>[] }).documents ?? []
    expect(rows.map(({ id, ...rest }) => [id, Object.keys(rest)])).toEqual([
      [theirs, ['rev', '_deleted']],
      [nobodys, ['rev', '_deleted']],
    ])
    const entry = (await written()).at(-1)
    expect(entry).toMatchObject({
      actor: ada.userId,
      deviceId: ada.deviceId,
      address: '127.0.0.1',
      action: 'request',
      outcome: 'sync.not-visible',
      ids: [theirs, nobodys],
    })
  })

  it('hidden fields that are assigned along with others are refused, by push, enrolment and console', async () => {
    const sam = await atConsole(server.url, 'sam')
    const device = { ...enrolBody('ada', {}).device, revokedAt: null, userId: server.userId('sam') }
    const enrolling = await call<Refusal>(server.url, 'enrol', { ...enrolBody('ada', {}), device })
    const grown = { id: server.userId('ada'), grants: [{ role: 'supervisor', scope: 'org' }] }
    const disabling = await sam('disable-user', grown)
    const [seen] = await ada.follow('accounts')
    if (seen === undefined || !('kind' in seen)) throw new Error('no account')
    const item = { ...ada.edit('accounts', seen, { note: 'x' }), author: server.userId('sam'), by: 'sam' }
    const pushing = await ada.call<Partial<Refusal>>('push', { items: [item] })
    expect([enrolling, disabling, pushing].map(({ status, body }) => [status, body.error?.code])).toEqual(
      Array.from({ length: 3 }, () => [400, 'request.invalid']),
    )
    expect(await refusals()).toEqual([
      ['unknown', '/sync/enrol', 'request.invalid', 'device'],
      [server.userId('sam'), '/console-api/disable-user', 'request.invalid', 'body'],
      [ada.userId, '/sync/push', 'request.invalid', 'items.0'],
    ])
    expect((await server.store.access.user(server.userId('ada')))?.disabledAt).toBeNull()
  })

  it('SQL where an id, a name or a word is meant does nothing, and stands in no entry', async () => {
    const patients = await server.store.snapshot((read) => read.heads())
    const found = await Promise.all([
      ada.call<Partial<Refusal>>('fetch', { collection: 'patients', ids: [injected] }),
      ada.call<Partial<Refusal>>('fetch', { collection: injected, ids: [newId()] }),
      call<Refusal>(server.url, 'challenge', { deviceId: injected }),
    ])
    expect(found.map(({ body }) => body.error?.code)).toEqual(
      Array.from({ length: 3 }, () => 'request.invalid'),
    )
    const login = await call<Refusal>(server.url, 'enrol', enrolBody(injected, {}))
    expect([login.status, login.body.error.code]).toEqual([401, 'access.credentials'])
    const client = await openClient(server, { grants: [{ role: 'supervisor', scope: 'org' }] })
    expect(await client.search('Patient', { family: injected })).toMatchObject({
      status: 200,
      body: { total: 0 },
    })
    expect(await server.store.snapshot((read) => read.heads())).toEqual(patients)
    expect((await refusals()).map(([, asked, outcome]) => `${asked} ${outcome}`).toSorted()).toEqual([
      '/sync/challenge request.invalid',
      '/sync/fetch request.invalid',
      'enrol access.credentials',
    ])
    expect(JSON.stringify(await written())).not.toContain('drop table')
  })

  it.each([
    '/../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
  ])('the path %s leads nowhere', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nhost: ${host()}\r\nconnection: close\r\n\r\n`)
    expect([answer.slice(0, 12), codeIn(answer)]).toEqual(['HTTP/1.1 400', 'request.invalid'])
    expect(answer).not.toContain('outside')
    const [[actor, , ...said] = []] = await refusals()
    expect([actor, ...said]).toEqual(['unknown', 'request.invalid', 'path'])
  })

  it('headers that say what a parser may read in two ways, or without end, are not read', async () => {
    const split = `GET /healthz HTTP/1.1\r\nhost: ${host()}\r\nx-one: a\rset-cookie: b\r\n\r\n`
    const smuggled = `POST /sync/challenge HTTP/1.1\r\nhost: ${host()}\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n`
    const endless = `GET /healthz HTTP/1.1\r\nhost: ${host()}\r\nx-one: ${'a'.repeat(20_000)}\r\n\r\n`
    const answers = [await raw(split), await raw(smuggled), await raw(endless)]
    expect(answers.map(codeIn)).toEqual(['request.invalid', 'request.invalid', 'request.too-large'])
    for (const answer of answers) {
      expect(answer).toContain('x-content-type-options: nosniff')
      expect(answer).not.toContain('set-cookie')
    }
    // The two of one kind are one entry: it counts.
    expect(await refusals()).toEqual([
      ['unknown', 'unread', 'request.invalid', undefined],
      ['unknown', 'unread', 'request.too-large', undefined],
    ])
  })

  it('a request that is too large is not read on', async () => {
    const big = { collection: 'cases', ids: ['x'.repeat(100_000)] }
    const { status, body } = await ada.call<Partial<Refusal>>('fetch', big)
    expect([status, body.error?.code]).toEqual([413, 'request.too-large'])
    const stranger = await call<Refusal>(server.url, 'challenge', { deviceId: 'x'.repeat(10_000) })
    expect([stranger.status, stranger.body.error.code]).toEqual([413, 'request.too-large'])
    expect(await refusals()).toEqual([
      [ada.userId, '/sync/fetch', 'request.too-large', undefined],
      ['unknown', '/sync/challenge', 'request.too-large', undefined],
    ])
  })

  it('a request that does not come to its end is not waited for, in its headers or in its body', async () => {
    const headers = `POST /sync/challenge HTTP/1.1\r\nhost: ${host()}\r\n`
    const body = `content-type: application/json\r\n${PROTOCOL_HEADER}: ${PROTOCOL_VERSION}\r\ncontent-length: 50\r\n\r\n{`
    const answers = await Promise.all([raw(headers), raw(headers, body)])
    expect(answers.map((answer) => [answer.slice(0, 12), codeIn(answer)])).toEqual(
      Array.from({ length: 2 }, () => ['HTTP/1.1 408', 'request.too-slow']),
    )
    expect(await refusals()).toEqual([['unknown', 'unread', 'request.too-slow', undefined]])
  })

  it('a line that is cut in the middle is answered by nothing, and is nobody’s fault', async () => {
    const part = `POST /sync/challenge HTTP/1.1\r\nhost: ${host()}\r\n${PROTOCOL_HEADER}: ${PROTOCOL_VERSION}\r\n`
    const body = 'content-type: application/json\r\ncontent-length: 50\r\n\r\n{'
    const { hostname, port } = new URL(server.url)
    for (const sent of [part, part + body]) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {}).resume()
      socket.end(sent)
      await once(socket, 'close')
    }
    await ada.call('pull', { collection: 'cases', checkpoint: null, limit: 1 })
    expect(await refusals()).toEqual([])
  })

  it('a session of a device that was revoked, or is to be wiped, is refused with its name, and so is its stream', async () => {
    const sam = await atConsole(server.url, 'sam')
    const [first, second] = [await enrolDevice(server.url, 'ada'), await enrolDevice(server.url, 'ada')]
    const stream = await first.stream()
    await stream.next(({ type }) => type === 'heads')
    await sam('revoke-device', { id: first.deviceId })
    await stream.ended()
    const pull = { collection: 'cases', checkpoint: null, limit: 1 }
    expect((await first.call<Refusal>('pull', pull)).body.error.code).toBe('access.revoked')
    await sam('wipe-device', { id: second.deviceId })
    expect((await second.call<Refusal>('pull', pull)).body.error.code).toBe('access.wiped')
    expect((await second.refresh(second.session.refreshToken)).body.error.code).toBe('access.wiped')
    expect((await second.signIn()).body.error.code).toBe('access.wiped')
    const entries = (await written()).filter(({ outcome }) => outcome?.startsWith('access.'))
    expect(
      entries.map(({ deviceId, purpose, action, outcome }) => [deviceId, purpose ?? action, outcome]),
    ).toEqual([
      [first.deviceId, '/sync/stream', 'access.revoked'],
      [first.deviceId, '/sync/*', 'access.revoked'],
      [second.deviceId, '/sync/*', 'access.wiped'],
      [second.deviceId, 'session', 'access.wiped'],
    ])
    expect(entries[1]).toMatchObject({ actor: ada.userId, address: '127.0.0.1' })
  })

  it('a token that nobody holds is refused, at every door', async () => {
    const token = 'x'.repeat(43)
    const pull = { collection: 'cases', checkpoint: null, limit: 1 }
    expect((await ada.call<Refusal>('pull', pull, token)).body.error.code).toBe('access.session')
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const users = await fetch(`${server.url}/console-api/users`, { method: 'POST', headers, body: '{}' })
    expect(await users.json()).toMatchObject({ error: { code: 'access.session' } })
    expect((await fetch(`${server.url}/fhir/Patient`, { headers })).status).toBe(401)
    expect((await refusals()).map(([, ...said]) => said)).toEqual([
      ['/sync/*', 'access.session', undefined],
      ['/console-api/users', 'access.session', undefined],
      ['/fhir/:type', 'fhir.token', undefined],
    ])
    expect(JSON.stringify(await written())).not.toContain(token)
  })

  it('who goes on is counted, not written down each time', async () => {
    for (let time = 0; time < 12; time += 1) await call(server.url, 'challenge', { deviceId: 'none' })
    const counts = (await written()).map(({ facts }) => facts?.['count'])
    expect(counts).toEqual([1, 10])
    server.clock.pass(3_600_000)
    await call(server.url, 'challenge', { deviceId: 'none' })
    expect((await written()).map(({ facts }) => facts?.['count'])).toEqual([1, 10, 1])
  })
})

import { request as send } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, routes } from '#app/protocol/index.ts'
import { atConsole } from '../../testing/console-caller.ts'
import { enrolBody } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

let server: TestServer

beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.close())

/** Enrols from an address of this machine's loopback network; answers how it ended. */
async function enrolFrom(address: string, login: string, password?: string): Promise<string> {
  const body = JSON.stringify(enrolBody(login, password === undefined ? {} : { password }))
  const headers = { 'content-type': 'application/json', [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const url = `${server.url}${routes.enrol.path}`
  const sent = send(url, { method: 'POST', headers, localAddress: address, agent: false }, (response) => {
    text(response).then((answer) => {
      const { error } = JSON.parse(answer) as { error?: { code: string } }
      resolve(error?.code ?? 'enrolled')
    }, reject)
  })
  sent.on('error', reject).end(body)
  return promise
}

const [hers, theirs] = ['127.0.0.1', '127.0.0.2']

async function guess(address: string, login: string, times: number): Promise<string[]> {
  const outcomes: string[] = []
  for (let count = 0; count < times; count += 1)
    outcomes.push(await enrolFrom(address, login, `guess ${count}`))
  return outcomes
}

describe('who guesses', () => {
  it('is slowed down, and does not lock out who comes from where she came from before', async () => {
    expect(await enrolFrom(hers, 'carla')).toBe('enrolled')
    const outcomes = await guess(theirs, 'carla', 6)
    expect(outcomes.at(-1)).toBe('access.throttled')
    expect(await enrolFrom(theirs, 'carla')).toBe('access.throttled')
    expect(await enrolFrom(hers, 'carla')).toBe('enrolled')
  })

  it('from the address that she came from has a count, too', async () => {
    expect(await enrolFrom(hers, 'carla')).toBe('enrolled')
    expect((await guess(hers, 'carla', 6)).at(-1)).toBe('access.throttled')
  })

  it('is not forgiven by another way of writing the login, nor by another address', async () => {
    const ways = ['carla', 'CARLA', 'ｃａｒｌａ', 'Carla', 'cＡrla']
    for (const [index, login] of ways.entries()) await enrolFrom(`127.0.0.${index + 2}`, login, 'a guess')
    expect(await enrolFrom('127.0.0.9', 'carla')).toBe('access.throttled')
  })

  it('is told from nothing whether a login is anybody’s', async () => {
    expect(await guess(theirs, 'nobody', 6)).toEqual(await guess('127.0.0.3', 'carla', 6))
  })
})

describe('an alert', () => {
  it('says who was guessed at and from where, until somebody has seen it; then the same is news again', async () => {
    await guess(theirs, 'carla', 5)
    const sam = await atConsole(server.url, 'sam')
    const shown = async () => (await sam('access-alerts', {})).body.alerts
    const [first] = await shown()
    expect(first).toMatchObject({ kind: 'guessing-user', address: theirs, count: 1, seenBy: null })
    expect(first?.user).toMatch(/^Carla /)
    server.clock.pass(60_000)
    await guess(theirs, 'carla', 1)
    expect(await shown()).toMatchObject([{ id: first?.id, count: 2 }])

    expect((await sam('see-access-alert', { id: first?.id ?? '' })).status).toBe(200)
    expect((await sam('see-access-alert', { id: first?.id ?? '' })).status).toBe(400)
    server.clock.pass(60_000)
    await guess(theirs, 'carla', 1)
    const after = await shown()
    expect(after.map(({ seenBy, count }) => [seenBy === null, count])).toEqual([
      [true, 1],
      [false, 2],
    ])
    const audited = await server.store.audit.read({ limit: 100 })
    expect(
      audited.filter(({ action, outcome }) => action === 'alert' && outcome === 'guessing-user'),
    ).toHaveLength(3)
    expect(server.logged()).toContain('guessing-user')
    expect(server.logged()).not.toContain(theirs)
  })

  it('tells of an address that tries many logins, which waits; others do not', async () => {
    // All but the last, as the door counts them: fifty times the work of a password takes a test too long.
    const at = new Date(server.clock.now()).toISOString()
    for (let count = 0; count < 49; count += 1) {
      await server.store.access.addFailedAttempt(`address:${theirs}`, at)
    }
    await enrolFrom(theirs, 'nobody', 'a guess')
    expect(await enrolFrom(theirs, 'colin')).toBe('access.throttled')
    expect(await enrolFrom(hers, 'colin')).toBe('enrolled')
    const sam = await atConsole(server.url, 'sam')
    const { alerts } = (await sam('access-alerts', {})).body
    expect(alerts).toMatchObject([{ kind: 'guessing-address', user: null, address: theirs }])
  })

  it('is for those who look after the server', async () => {
    const analyst = await atConsole(server.url, 'ivo')
    expect((await analyst('access-alerts', {})).status).toBe(403)
    const officer = await atConsole(server.url, 'priya')
    expect((await officer('access-alerts', {})).status).toBe(200)
  })
})

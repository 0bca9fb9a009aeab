import { afterEach, describe, expect, it, vi } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { STREAM_PATH } from '#app/protocol/index.ts'
import type { AlertCause } from '../store/contract.ts'
import { openClient } from '../fhir/testing/test-client.ts'
import { atConsole, withoutSession } from '../testing/console-caller.ts'
import { enrolDevice } from '../testing/test-device.ts'
import type { Refusal, TestDevice } from '../testing/test-device.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { createRequestRates } from './request-rates.ts'
import type { Asking } from './request-rates.ts'

describe('the rates', () => {
  afterEach(() => void vi.useRealTimers())

  const asking = (): Asking => ({
    by: 'device',
    id: newId(),
    userId: null,
    deviceId: null,
    address: '10.0.0.1',
  })

  it('let a burst through, refuse what goes beyond, and let in again when the time is over', async () => {
    vi.useFakeTimers()
    const causes: AlertCause[] = []
    const rates = createRequestRates(2, async (cause) => void causes.push(cause))
    const [one, other] = [asking(), asking()]
    for (let request = 0; request < 20; request += 1) await rates.of(one)
    vi.advanceTimersByTime(4_000)
    await expect(rates.of(one)).rejects.toMatchObject({ code: 'request.too-often', facts: { seconds: 6 } })
    await expect(rates.of(one)).rejects.toMatchObject({ code: 'request.too-often' })
    await rates.of(other)
    expect(causes.map(({ kind }) => kind)).toEqual(['flooding'])
    vi.advanceTimersByTime(6_000)
    await rates.of(one)
  })

  it('count what is dear as what it costs', async () => {
    const rates = createRequestRates(2, async () => {})
    const one = asking()
    await rates.of(one, 15)
    await expect(rates.of(one, 15)).rejects.toMatchObject({ code: 'request.too-often' })
  })
})

describe('a server that answers few requests', () => {
  let server: TestServer
  afterEach(() => server.close())

  const start = async (perSecond: number) => {
    server = await startTestServer({ environment: { ROUNDS_REQUESTS: String(perSecond) } })
  }
  const pull = async (device: TestDevice) => {
    const answer = await device.call<Partial<Refusal>>('pull', {
      collection: 'cases',
      checkpoint: null,
      limit: 1,
    })
    return { code: answer.body.error?.code ?? 'let in', headers: answer.headers }
  }
  const refusedAfter = async (ask: () => Promise<string>, most: number) => {
    for (let asked = 0; asked <= most; asked += 1) {
      const code = await ask()
      if (code !== 'let in') return { asked, code }
    }
    return { asked: most, code: 'let in' }
  }

  it('refuses a device beyond its share, its stream, too, and nobody else; and tells who looks after it', async () => {
    await start(3)
    const [carla, colin] = [await enrolDevice(server.url, 'carla'), await enrolDevice(server.url, 'colin')]
    expect(await refusedAfter(async () => (await pull(carla)).code, 31)).toEqual({
      asked: 30,
      code: 'request.too-often',
    })
    const seconds = Number((await pull(carla)).headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(10)
    const stream = await carla.prover.fetch(STREAM_PATH, carla.session.token, { method: 'GET' })
    expect(stream.status).toBe(429)
    await stream.body?.cancel()
    expect((await pull(colin)).code).toBe('let in')
    const sam = await atConsole(server.url, 'sam')
    const { alerts } = (await sam('access-alerts', {})).body
    expect(alerts.map(({ kind, user, count }) => [kind, user, count])).toEqual([
      ['flooding', 'Carla Mendes', 1],
    ])
    const entries = await server.store.audit.read({ limit: 100 })
    expect(entries.filter(({ outcome }) => outcome === 'flooding')).toHaveLength(1)
  })

  it('counts the question for the first screen as many', async () => {
    await start(20)
    const carla = await enrolDevice(server.url, 'carla')
    const first = async () => (await carla.call<Partial<Refusal>>('first', {})).body.error?.code ?? 'let in'
    expect(await refusedAfter(first, 3)).toEqual({ asked: 1, code: 'request.too-often' })
  })

  it('refuses a person at the console, and a machine in the words of FHIR', async () => {
    await start(3)
    const sam = await atConsole(server.url, 'sam')
    const overview = async () => {
      const { status, body } = await sam('devices', {})
      return status === 200 ? 'let in' : body.error.code
    }
    expect(await refusedAfter(overview, 31)).toEqual({ asked: 30, code: 'request.too-often' })
    const client = await openClient(server, { grants: [{ role: 'supervisor', scope: 'org' }] })
    const read = async () => String((await client.get('Location')).status)
    const answers = await Promise.all(Array.from({ length: 31 }, read))
    expect(answers.filter((status) => status === '429')).toHaveLength(1)
    const refused = await client.get('Location')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.body).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'throttled' }] })
  })

  it('refuses an address before it looks at anything', async () => {
    await start(1)
    const alive = async () => ((await fetch(`${server.url}/healthz`)).status === 200 ? 'let in' : 'refused')
    expect(await refusedAfter(alive, 201)).toEqual({ asked: 200, code: 'refused' })
    const { status, body } = await withoutSession(server.url)('sign-in', { login: 'sam', password: 'x' })
    expect([status, body.error.code]).toEqual([429, 'request.too-often'])
    const page = await fetch(`${server.url}/console/`)
    expect([page.status, page.headers.get('cache-control')]).toEqual([429, 'no-store'])
  })
})

import { expect, onTestFinished, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, routes, STREAM_PATH } from '#app/protocol/index.ts'
import { startTestServer } from '../testing/test-server.ts'

const headers = {
  'content-type': 'application/json',
  [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
  authorization: `Bearer ${'x'.repeat(43)}`,
}

test('in maintenance every call of a replica is told to wait, and everything else is served', async () => {
  const server = await startTestServer({ maintenance: true })
  onTestFinished(() => server.close())
  const calls = [
    ...Object.values(routes).map(({ path }) =>
      fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify({ deviceId: newId() }) }),
    ),
    fetch(`${server.url}${STREAM_PATH}`, { headers }),
  ]
  for (const answer of await Promise.all(calls)) {
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { error: { code: 'server.maintenance', facts: {} } },
    ])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
})

test('a body beyond the limit of its call is refused before it is read, and the refusal is not kept', async () => {
  const server = await startTestServer()
  onTestFinished(() => server.close())
  const body = JSON.stringify({ deviceId: 'x'.repeat(64 * 1024) })
  for (const name of ['challenge', 'session', 'wiped', 'askRecovery', 'pollRecovery'] as const) {
    const answer = await fetch(`${server.url}${routes[name].path}`, { method: 'POST', headers, body })
    expect([name, answer.status]).toEqual([name, 413])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atConsole } from '../../testing/console-caller.ts'
import { anotherProcess, startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import type { Serving } from '../../serve.ts'

let server: TestServer
let other: Serving

beforeAll(async () => {
  server = await startTestServer({ dialect: 'postgres' })
  other = await anotherProcess(server)
})
afterAll(async () => {
  await other.close()
  await server.close()
})

describe('sessions at the console of two processes', () => {
  it('end with a user who is disabled by way of the other, and do not come back with them', async () => {
    const [sam, otto] = await Promise.all([atConsole(server.url, 'sam'), atConsole(other.url, 'otto')])
    const look = () => otto('own-account', {})
    expect((await look()).status).toBe(200)
    const id = server.userId('otto')
    server.clock.pass(1)
    await sam('disable-user', { id })
    expect((await look()).body.error.code).toBe('access.revoked')
    await sam('enable-user', { id })
    expect((await look()).body.error.code).toBe('access.session')
    const anew = await atConsole(other.url, 'otto')
    expect((await anew('own-account', {})).status).toBe(200)
  })
})

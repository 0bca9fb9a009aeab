import { afterEach, beforeEach, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { call, enrolDevice } from '../../testing/test-device.ts'
import type { Refusal } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

let server: TestServer

beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.close())

/** What becomes of a request that nobody can prove: the device is not set aside for any recovery key. */
async function asked(deviceId: string): Promise<string> {
  const publicKey = Buffer.alloc(32, 7).toString('base64')
  const { body } = await call<Refusal>(server.url, 'askRecovery', { requestId: newId(), deviceId, publicKey })
  return body.error.code
}

it('asking for recovery is slowed down for a device, and not for another', async () => {
  const { deviceId } = await enrolDevice(server.url, 'carla')
  const { deviceId: another } = await enrolDevice(server.url, 'colin')
  const codes = await Promise.all(Array.from({ length: 8 }, () => asked(deviceId)))
  expect(codes.filter((code) => code === 'recovery.none')).toHaveLength(5)
  expect(codes.filter((code) => code === 'access.throttled')).toHaveLength(3)
  expect(await asked(another)).toBe('recovery.none')
  server.clock.pass(2000)
  expect(await asked(deviceId)).toBe('recovery.none')
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { instant } from '#app/kernel/index.ts'
import type { BeginSignInAnswer } from '#app/protocol/index.ts'
import { DEMO_PASSWORD } from '../../seed/index.ts'
import { takeBackup } from '../../testing/backup.ts'
import { withoutSession } from '../../testing/console-caller.ts'
import { call, enrolBody, enrolDevice, newDeviceKey } from '../../testing/test-device.ts'
import type { Refusal, TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

let server: TestServer
const key = newDeviceKey()

beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.close())

/** What becomes of a device that comes in under an id of its own choice. */
async function introduced(id: string, login = 'carla', password?: string): Promise<string> {
  const { device, ...body } = enrolBody(login, { key, ...(password !== undefined && { password }) })
  const answer = await call<{ deviceId: string } & Refusal>(server.url, 'enrol', {
    ...body,
    device: { ...device, id },
  })
  return answer.status === 200 ? answer.body.deviceId : answer.body.error.code
}

const proven = async (device: TestDevice): Promise<string> => {
  const { status, body } = await device.signIn()
  return status === 200 ? 'let in' : body.error.code
}

describe('a device that came in after the backup that was put back', () => {
  let carla: TestDevice
  beforeEach(async () => {
    const restore = await takeBackup(server)
    carla = await enrolDevice(server.url, 'carla', { key })
    await restore()
    await server.store.renewIncarnation()
  })

  it('is told that it is not known, and comes in again by its person, under its own id and key', async () => {
    expect(await proven(carla)).toBe('access.unknown-device')
    expect(await introduced(carla.deviceId, 'carla', 'not the password')).toBe('access.credentials')
    expect(await introduced(carla.deviceId)).toBe(carla.deviceId)
    expect(await proven(carla)).toBe('let in')
    const kept = await server.store.access.device(carla.deviceId)
    expect(kept).toMatchObject({ userId: server.userId('carla'), publicKey: key.publicKey, revokedAt: null })
  })

  it('comes in by the browser, too, as its own person and as nobody else', async () => {
    const { id, publicKey } = { id: carla.deviceId, publicKey: key.publicKey }
    const device = { ...enrolBody('carla', { key }).device, id, publicKey }
    const user = server.userId('carla')
    const signedInAs = async (login: string) => {
      const { body } = await call<BeginSignInAnswer>(server.url, 'beginSignIn', { device })
      const shown = { page: body.page, login, password: DEMO_PASSWORD }
      const { code } = (await withoutSession(server.url)('sign-device-in', shown)).body
      const request = { signedIn: { flow: body.flow, code }, user, device }
      const answer = await call<{ deviceId: string } & Refusal>(server.url, 'enrol', request)
      return answer.status === 200 ? answer.body.deviceId : answer.body.error.code
    }
    expect(await signedInAs('colin')).toBe('access.sign-in-person')
    expect(await server.store.access.device(id)).toBeNull()
    expect(await signedInAs('carla')).toBe(id)
    expect(await proven(carla)).toBe('let in')
  })

  it('is the same device when the answer was lost and it asks again', async () => {
    const body = enrolBody('carla', { key })
    const again = { ...body, device: { ...body.device, id: carla.deviceId } }
    for (let time = 0; time < 2; time += 1)
      expect((await call(server.url, 'enrol', again)).body).toMatchObject({ deviceId: carla.deviceId })
    expect(await server.store.access.devices(server.userId('carla'))).toHaveLength(1)
  })
})

describe('the id of a device that is known', () => {
  it('serves nobody to come in by: neither another user, nor who was revoked', async () => {
    const carla = await enrolDevice(server.url, 'carla')
    expect(await introduced(carla.deviceId, 'colin')).toBe('access.revoked')
    const known = await server.store.access.device(carla.deviceId)
    if (known === null) throw new Error('the device is not there')
    await server.store.access.markDevice(known.id, { revokedAt: instant(server.clock) })
    expect(await introduced(carla.deviceId)).toBe('access.revoked')
    expect(await server.store.access.device(carla.deviceId)).toMatchObject({ publicKey: known.publicKey })
  })
})

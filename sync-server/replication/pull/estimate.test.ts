import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EstimateAnswer } from '#app/protocol/index.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

describe.each(['sqlite', 'postgres'] as const)('the estimate of a first load, over %s', (dialect) => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer({ dialect })
  })
  afterEach(() => server.close())

  async function estimated(device: TestDevice): Promise<EstimateAnswer['collections']> {
    const { body } = await device.call<EstimateAnswer>('estimate', {})
    return body.collections
  }

  it.each(['carla', 'amir'])('counts what %s gets, and comes near to its size', async (login) => {
    const device = await enrolDevice(server.url, login)
    const told = await estimated(device)
    expect(told.length).toBeGreaterThan(3)
    for (const { collection, documents, bytes } of told) {
      const came = await device.follow(collection, 500)
      expect([collection, documents]).toEqual([collection, came.length])
      const size = came.reduce((sum, view) => sum + JSON.stringify(view).length, 0)
      expect(bytes).toBeGreaterThanOrEqual(size * 0.5)
      expect(bytes).toBeLessThanOrEqual(size * 2)
    }
  })

  it('shows nobody anything: the audit has no entry of it', async () => {
    const device = await enrolDevice(server.url, 'carla')
    const before = await server.store.audit.head()
    await estimated(device)
    expect(await server.store.audit.head()).toEqual(before)
  })
})

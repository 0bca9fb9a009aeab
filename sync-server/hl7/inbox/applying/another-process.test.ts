import { afterEach, describe, expect, test } from 'vitest'
import { newId, systemClock } from '#app/kernel/index.ts'
import { demoFeed } from '../../demo-feed.ts'
import { startHl7 } from '../../index.ts'
import type { Hl7 } from '../../index.ts'
import { openHospital, site } from '../../testing/hospital.ts'
import type { Hospital } from '../../testing/hospital.ts'
import { admit } from '../../testing/messages.ts'

let hospital: Hospital | null = null
let behind: Hl7 | null = null

afterEach(async () => {
  await behind?.close()
  await hospital?.close()
  behind = null
  hospital = null
})

/** A process that hears of everything but of changed feeds. */
async function startBehind({ store, door }: Hospital): Promise<Hl7> {
  const hearing: typeof store = {
    ...store,
    onChange: (listen) =>
      store.onChange((change) => {
        if (change.type !== 'feeds') listen(change)
      }),
  }
  const log = { warn: () => undefined, error: () => undefined }
  return startHl7({ store: hearing, door, config: { host: '127.0.0.1', port: 0 }, log, clock: systemClock })
}

describe.each(['sqlite', 'postgres'] as const)('what another process took in, on %s', (dialect) => {
  test('is applied though the news of its feed has not come yet', async () => {
    hospital = await openHospital({ dialect })
    behind = await startBehind(hospital)
    await hospital.hl7.close()
    const { store } = hospital
    const at = '2026-05-01T00:00:00.000Z'
    const authority = { namespace: 'NEW', universalId: '2.999.2', universalIdType: 'ISO' }
    const feed = { ...demoFeed({ site, authority, zone: 'America/New_York', at }), id: newId() }
    await store.feeds.save(feed)
    const message = { id: newId(), feedId: feed.id, key: null, messageType: 'ADT^A01', raw: admit('1') }
    await store.inbox.append({ ...message, receivedAt: at })
    const isOver = async (): Promise<boolean> =>
      (await store.inbox.list({ state: 'open', limit: 1 })).length === 0
    await expect.poll(isOver).toBe(true)
    expect(await store.inbox.list({ limit: 1 })).toMatchObject([{ feedId: feed.id, state: 'applied' }])
  })
})

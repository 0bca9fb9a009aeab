import { firstValueFrom } from 'rxjs'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { blankOf, newId } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { takeBackup } from '#sync-server/testing/backup.ts'
import { startTestServer } from '#sync-server/testing/test-server.ts'
import { closeDevices, deviceOf, reached, seen } from './harness/device.ts'
import type { Device } from './harness/device.ts'

// Refused edits that are put right and sent again, against the real server: neither do they take the place of what nobody
// has seen, nor is anything lost that only the refused copy held. Both were looked for since long runs of the simulation
// (seeds 20261209 and 2026312) lost values in records whose edits had been refused.

afterEach(closeDevices)

/** Two computers of one site, and a case that both have. */
async function twoDesks() {
  const server = await startTestServer()
  onTestFinished(() => server.close())
  const [first, second] = [await deviceOf(server.url, 'carla'), await deviceOf(server.url, 'carla')]
  await Promise.all([reached(first, 'done'), reached(second, 'done')])
  const { scope = '' } = first.replica.user.grants.find((grant) => grant.scope.startsWith('site:')) ?? {}
  const siteId = scope.slice('site:'.length)
  const data = { ...blankOf(modules.cases), subject: 'Needs a ride', category: 'scheduling', siteId }
  const { id } = await first.replica.create('cases', data as DataOfModule<'cases'>)
  await seen(second, 'cases', id, () => true)
  await reached(first, 'done')
  return { server, first, second, id }
}

async function offline(device: Device): Promise<void> {
  device.setOnline(false)
  await reached(device, 'offline')
}

async function refused(device: Device) {
  device.setOnline(true)
  await reached(device, 'done')
  const [entry] = await firstValueFrom(device.replica.quarantine$)
  if (entry === undefined) throw new Error('nothing was refused')
  expect(entry.code).toBe('sync.parent-refused')
  return entry
}

test('it takes the place of another value only where its author was shown that', async () => {
  const { first, second, id } = await twoDesks()
  await offline(first)
  await first.replica.update('cases', id, { subject: 'Needs a van', patientId: newId() })
  await second.replica.update('cases', id, { subject: 'Needs a taxi' })
  await seen(second, 'cases', id, ({ edit }) => edit === '')

  const { id: entry } = await refused(first)
  const shown = await seen(first, 'cases', id, ({ subject }) => subject === 'Needs a taxi')
  const unseen = first.replica.resubmit(entry, { patientId: null }, { subject: 'Needs a ride' })
  await expect(unseen).rejects.toMatchObject({ code: 'sync.changed-meanwhile' })
  await first.replica.resubmit(entry, { patientId: null }, shown ?? {})
  await seen(second, 'cases', id, ({ subject }) => subject === 'Needs a van')
})

test('a refused edit of a copy from before a restore keeps what else only that copy held', async () => {
  const { server, first, second, id } = await twoDesks()
  const restore = await takeBackup(server)
  await first.replica.update('cases', id, { subject: 'Needs a van' })
  await seen(second, 'cases', id, ({ subject }) => subject === 'Needs a van')
  await reached(first, 'done')
  await Promise.all([offline(first), offline(second)])
  await restore()
  await server.store.renewIncarnation()

  await first.replica.update('cases', id, { priority: 'urgent', patientId: newId() })
  const { id: entry, changes } = await refused(first)
  expect(changes).toMatchObject({ subject: 'Needs a van', priority: 'urgent' })
  const shown = await seen(first, 'cases', id, ({ subject }) => subject === 'Needs a ride')
  await first.replica.resubmit(entry, { patientId: null }, shown ?? {})
  await seen(first, 'cases', id, ({ edit }) => edit === '')
  expect(await first.replica.get('cases', id)).toMatchObject({ subject: 'Needs a van', priority: 'urgent' })
  expect((await firstValueFrom(first.replica.quarantine$)).length).toBe(0)
})

import { firstValueFrom } from 'rxjs'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Grant } from '#app/access/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { blankOf, newId } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule, ViewOfModule } from '#app/modules/index.ts'
import { startTestServer } from '#sync-server/testing/test-server.ts'
import type { TestServer } from '#sync-server/testing/test-server.ts'
import { closeDevices, deviceOf, reached } from './harness/device.ts'
import type { Device } from './harness/device.ts'

// Whose territory is another from now on: the device ends with exactly what is theirs, to the last page of its disk.

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})

afterEach(closeDevices)

afterAll(async () => {
  await server.close()
})

const enrolled = (login: string): Promise<Device> => deviceOf(server.url, login)

test.each(['while it is open', 'at its next contact'])(
  'who is moved to another territory loses what was of the one and gains what is of the other, %s, and says so',
  async (when) => {
    const manager = await enrolled('ada')
    const colleague = await enrolled('amir')
    await Promise.all([reached(manager, 'done'), reached(colleague, 'done')])
    const { user, deviceId } = manager.replica
    const [held, theirs] = [territoryGrant(manager), territoryGrant(colleague)]
    for (const device of [manager, colleague]) await fiveAccounts(device)
    const [before, there] = [await accountsOf(manager), await accountsOf(colleague)]
    const isHers = ({ scopes }: ViewOfModule<'accounts'>) => scopes.includes(`person:${user.id}`)
    const lost = before.filter((account) => !isHers(account)).map(({ id }) => id)
    const gained = there.filter(({ scopes }) => scopes.includes(theirs.scope)).map(({ id }) => id)
    expect([lost.length, gained.length].every((count) => count >= 5)).toBe(true)
    expect(await onDisk(manager, 'account')).toEqual(new Set(before.map(({ id }) => id)))

    onTestFinished(() => grant(held))
    if (when !== 'while it is open') {
      manager.setOnline(false)
      await reached(manager, 'offline')
    }
    const now = new Date(server.clock.now() - 1).toISOString()
    const next = { ...held, id: newId(), scope: theirs.scope, from: now }
    onTestFinished(() => grant({ ...next, until: now }))
    await grant({ ...held, until: now }, next)
    manager.setOnline(true)

    const after = new Set([...before.filter(isHers).map(({ id }) => id), ...gained])
    const shown = async () => new Set((await accountsOf(manager)).map(({ id }) => id))
    await expect.poll(shown, { timeout: 10_000 }).toEqual(after)
    await reached(manager, 'done')
    await expect.poll(() => onDisk(manager, 'account'), { timeout: 10_000 }).toEqual(after)
    await expect.poll(() => confirmed(deviceId, 'accounts'), { timeout: 10_000 }).toEqual(new Set(lost))
    expect(await server.store.access.outstandingEvictions(deviceId, 100)).toEqual([])
  },
)

async function accountsOf({ replica }: Device): Promise<readonly ViewOfModule<'accounts'>[]> {
  return firstValueFrom(replica.list({ module: 'accounts' }))
}

function territoryGrant({ replica }: Device): Grant {
  const found = replica.user.grants.find(
    ({ scope, until }) => scope.startsWith('territory:') && until === null,
  )
  if (found === undefined) throw new Error('there is no territory')
  return found
}

/** Of the territory, and of nobody by name. Resolves when the server has them. */
async function fiveAccounts(device: Device): Promise<void> {
  const territoryId = territoryGrant(device).scope.slice('territory:'.length)
  for (let number = 1; number <= 5; number += 1) {
    const data = { ...blankOf(modules.accounts), name: `Practice ${number}`, type: 'clinic', territoryId }
    await device.replica.create('accounts', data as DataOfModule<'accounts'>)
  }
  await reached(device, 'syncing')
  await reached(device, 'done')
}

async function grant(...grants: readonly Grant[]): Promise<void> {
  await server.store.transaction(async (tx) => {
    for (const one of grants) await tx.access.saveGrant(one)
  })
}

/** The records of a kind that any page of the device's disk holds. */
async function onDisk(device: Device, kind: string): Promise<ReadonlySet<unknown>> {
  const documents = await device.decrypted()
  return new Set(documents.filter((document) => document['kind'] === kind).map(({ id }) => id))
}

/** What the audit has of the device's receipts. */
async function confirmed(deviceId: Id, collection: CollectionName): Promise<ReadonlySet<Id>> {
  const entries = await server.store.audit.read({ limit: 200 })
  const receipts = entries.filter((entry) => entry.deviceId === deviceId && entry.action === 'evicted')
  return new Set(receipts.flatMap((entry) => (entry.collection === collection ? (entry.ids ?? []) : [])))
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#app/kernel/index.ts'
import { firstStart } from './first-start.ts'
import { createWriteDoor } from './replication/write-door.ts'
import { logins } from './seed/world.ts'
import { openStore } from './store/index.ts'
import type { Store } from './store/index.ts'

let folder: string
let store: Store

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rounds-first-'))
  store = await openStore({ dataFolder: join(folder, 'data') })
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

function start(prepare: () => Promise<void> = async () => {}, lines: string[] = []): Promise<void> {
  const door = createWriteDoor({ store, clock: systemClock, onFault: () => {} })
  return firstStart({ store, door, clock: systemClock, scale: 0.1, say: (line) => lines.push(line), prepare })
}

function numbers() {
  return store.snapshot(async (read) => {
    const heads = await read.heads()
    const reach = [{ kinds: ['patient'], scopes: 'all' as const }]
    return { patients: await read.countAfterId('patients', reach, ''), head: heads.patients.seq }
  })
}

describe('the first start', () => {
  it('goes on where it was cut short, and makes nothing twice', async () => {
    await expect(start(() => Promise.reject(new Error('cut short')))).rejects.toThrow('cut short')
    expect(await store.access.users()).toEqual([])
    const cut = await numbers()
    await start()
    expect(await numbers()).toEqual(cut)
    expect(cut.patients).toBe(150)
    expect(await store.access.users()).toHaveLength(logins.length)

    const lines: string[] = []
    await start(() => Promise.reject(new Error('not a second time')), lines)
    expect(lines).toEqual([])
  })

  it('leaves an organisation of somebody else alone', async () => {
    const id = '01890a5d-ac96-774b-bcce-b302099a8057'
    await store.createOrganisation({ id, name: 'A clinic', data: 'real', zone: 'Europe/Zurich' })
    await start()
    expect(await numbers()).toEqual({ patients: 0, head: 0 })
    expect(await store.access.users()).toEqual([])
  })
})

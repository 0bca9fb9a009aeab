import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { quickRunner } from '../testing/quick-runner.ts'
import { machine } from '../testing/machine.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import type { MemoryDisk } from '../testing/memory-disk.ts'
import { createKeyRing, decodeKeyRecord, encodeKeyRecord, openKeyRing, replicaKeys } from './index.ts'
import type { KeyRing, ReplicaKeys } from './index.ts'
import { seal, unseal } from './seal.ts'

const passphrase = 'seven grey herons wade'
const next = 'eight white swans glide'
const host = machine()
const made = await createKeyRing({ host, replicaId: newId(), passphrase, runner: quickRunner })
const place = new TextEncoder().encode('a test')
const text = new TextEncoder().encode('the same on both sides')

let disk: MemoryDisk
let keys: ReplicaKeys

beforeEach(async () => {
  disk = memoryDisk()
  disk.header = encodeKeyRecord(made.record)
  keys = await opened(passphrase)
})

/** As the next start would: from what lies on the disk. */
async function opened(by: string): Promise<ReplicaKeys> {
  const store = disk.open()
  const record = decodeKeyRecord((await store.readHeader()) ?? new Uint8Array())
  const ring = await openKeyRing({ host, record, passphrase: by, runner: quickRunner })
  const keep = (changed: typeof record) => store.writeHeader(encodeKeyRecord(changed))
  return replicaKeys({ host, runner: quickRunner, ring, record, keep })
}

async function sealed(by: KeyRing, epoch = by.epoch): Promise<Uint8Array<ArrayBuffer>> {
  const key = by.dataKey(epoch)
  if (key === undefined) throw new Error('no data key')
  return seal(key, text, place)
}

async function opens(by: KeyRing, epoch: number, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const key = by.dataKey(epoch)
  return key !== undefined && (await unseal(key, bytes, place)) !== null
}

describe('a changed passphrase', () => {
  test('opens what was sealed before, and the old one opens nothing', async () => {
    const before = await sealed(keys.ring)
    await keys.changePassphrase(passphrase, next)
    expect(await opens((await opened(next)).ring, 1, before)).toBe(true)
    await expect(opened(passphrase)).rejects.toMatchObject({ code: 'replica.passphrase' })
  })

  test('is refused where the current one is wrong or the next too short', async () => {
    await expect(keys.changePassphrase(next, next)).rejects.toMatchObject({ code: 'replica.passphrase' })
    await expect(keys.changePassphrase(passphrase, 'short')).rejects.toMatchObject({
      code: 'replica.passphrase-weak',
    })
    await opened(passphrase)
  })

  test.each(['done', 'undone'] as const)('opens by one of the two after a kill (%s)', async (effect) => {
    const died = disk.dieInNextCommit(effect)
    void keys.changePassphrase(passphrase, next)
    await died
    await opened(effect === 'done' ? next : passphrase)
    await expect(opened(effect === 'done' ? passphrase : next)).rejects.toMatchObject({
      code: 'replica.passphrase',
    })
  })

  test('that the disk did not take leaves the old one in force', async () => {
    disk.failNextCommit()
    await expect(keys.changePassphrase(passphrase, next)).rejects.toMatchObject({
      code: 'replica.write-failed',
    })
    await keys.changePassphrase(passphrase, next)
    await opened(next)
  })
})

describe('a new epoch', () => {
  test('needs no passphrase, and is there at the next start beside the old one', async () => {
    const old = await sealed(keys.ring)
    expect(await keys.addEpoch()).toBe(2)
    expect([keys.ring.epoch, ...keys.ring.epochs()]).toEqual([2, 1, 2])
    const fresh = await sealed(keys.ring)
    const { ring } = await opened(passphrase)
    expect([ring.epoch, await opens(ring, 1, old), await opens(ring, 2, fresh)]).toEqual([2, true, true])
    expect(await opens(ring, 1, fresh)).toBe(false)
  })

  test('counts only once its key is on the disk', async () => {
    disk.failNextCommit()
    await expect(keys.addEpoch()).rejects.toMatchObject({ code: 'replica.write-failed' })
    expect(keys.ring.epoch).toBe(1)
  })

  test('and a new passphrase at once keep both', async () => {
    await Promise.all([keys.addEpoch(), keys.changePassphrase(passphrase, next), keys.addEpoch()])
    expect((await opened(next)).ring.epochs()).toEqual([1, 2, 3])
  })

  test('lets old ones go, never itself', async () => {
    await keys.addEpoch()
    await keys.dropEpochs([1, 2])
    expect(keys.ring.epochs()).toEqual([2])
    expect((await opened(passphrase)).ring.epochs()).toEqual([2])
  })

  test('is not made once the keys are closed', async () => {
    keys.close()
    await expect(keys.addEpoch()).rejects.toMatchObject({ code: 'replica.locked' })
    expect(keys.ring.epochs()).toEqual([])
  })
})

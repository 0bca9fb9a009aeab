import { expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { openEncryptedStorage } from './index.ts'

const keys = await storageKeys()
const replicaId = newId()

test('a record log keeps, replaces and forgets', async () => {
  const disk = memoryDisk()
  const open = () => openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
  const before = await open()
  const log = await before.records<{ why: string }>('quarantine')
  await log.put('a', { why: 'first' })
  await log.put('b', { why: 'second' })
  await log.put('a', { why: 'third' })
  await log.remove('b')
  await log.remove('never there')
  expect([...log.entries()]).toEqual([['a', { why: 'third' }]])
  expect(await before.records('quarantine')).toBe(log)
  await before.close()

  const after = await open()
  const again = await after.records('quarantine')
  expect(again.get('a')).toEqual({ why: 'third' })
  expect(again.get('b')).toBeUndefined()
  await again.put('b', { why: 'back' })
  await after.close()
  const third = await open()
  expect((await third.records('quarantine')).entries().size).toBe(2)
  expect((await third.stats()).deadEntries).toBe(0)
})

test('many writes side by side are all there, also while pages are joined behind them', async () => {
  const disk = memoryDisk()
  const open = () => openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
  const before = await open()
  const log = await before.records<number>('audit')
  for (let round = 0; round < 10; round += 1) {
    const puts = Array.from({ length: 50 }, async (_, at) => {
      for (let turn = 0; turn < at % 7; turn += 1) await Promise.resolve()
      await log.put(`k${at}`, round)
      await log.put(`k${round}-${at}`, at)
    })
    await Promise.all(puts)
  }
  await before.close()
  expect(disk.pages.size).toBeLessThan(64)

  const after = await (await open()).records<number>('audit')
  expect(after.entries().size).toBe(550)
  expect([...after.entries()].filter(([key]) => !key.includes('-')).every(([, value]) => value === 9)).toBe(
    true,
  )
})

test('a record that was answered is on the disk', async () => {
  const disk = memoryDisk()
  const storage = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
  const log = await storage.records<string>('quarantine')
  await log.put('a', 'kept')
  disk.powerCut(100)
  const after = await openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
  expect((await after.records('quarantine')).get('a')).toBe('kept')
})

test('opens on a full disk with what is there, though there is something to forget', async () => {
  const disk = memoryDisk()
  const open = () => openEncryptedStorage({ pageStore: disk.open(), replicaId, keys })
  const before = await open()
  const log = await before.records<string>('reads')
  await log.put('a', 'kept')
  await log.put('b', 'sent')
  await log.remove('b')
  await before.close()

  disk.failNextCommit()
  const full = await open()
  expect([...(await full.records('reads')).entries()]).toEqual([['a', 'kept']])
  expect(full.failed()?.code).toBe('replica.write-failed')
  await full.close()

  const after = await open()
  expect([...(await after.records('reads')).entries()]).toEqual([['a', 'kept']])
  expect(after.failed()).toBeNull()
})

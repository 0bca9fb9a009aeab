import { afterEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { memoryDisk } from '../../testing/memory-disk.ts'
import type { MemoryDisk } from '../../testing/memory-disk.ts'
import { storageKeys } from '../../testing/storage-keys.ts'
import { pageCipher } from '../cipher/page-cipher.ts'
import { commitWriter } from './commit-writer.ts'
import { damageLedger } from './damage.ts'
import type { LogCollection } from './log-collection.ts'
import { openLogs } from './open-logs.ts'
import type { DocumentCodec } from './read-collection.ts'
import { readCatalogue } from './recover.ts'

// What can be seen of the bytes in memory: while writes are on their way, after pages were rewritten, and after locking.

const keys = await storageKeys()
const replicaId = newId()
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const codec: DocumentCodec = {
  idOf: () => '',
  encode: (document) => JSON.stringify(document),
  decode: (content) => JSON.parse(decoder.decode(content)),
  isLocal: () => false,
}

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function openLog(disk: MemoryDisk): Promise<LogCollection> {
  const pageStore = disk.open()
  const cipher = pageCipher(replicaId, keys)
  const damage = damageLedger()
  const catalogue = await readCatalogue({ pageStore, cipher }, damage)
  const writer = commitWriter({ pageStore, cipher, catalogue, onFailed: () => undefined })
  const migrations = {
    versionOf: () => 0,
    migrate: <Document>(_name: string, document: Document) => document,
  }
  const logs = openLogs({ pageStore, cipher, writer, damage }, catalogue, migrations)
  const log = await logs.open('notes', 0, codec)
  closing.push(async () => {
    await writer.close()
    await log.close()
  })
  return log
}

function textOf(log: LogCollection, id: string): string | undefined {
  const content = log.content(id)
  return content && decoder.decode(content)
}

function put(log: LogCollection, texts: Readonly<Record<string, string>>): Promise<void> {
  const entries = Object.entries(texts).map(([id, content]) => ({ id, content, local: false }))
  return log.append(entries, 'strict', () => undefined)
}

describe('while a write is on its way to the disk', () => {
  test('the state before it is read, and of a new document nothing', async () => {
    const disk = memoryDisk()
    const log = await openLog(disk)
    await put(log, { a: 'before' })
    const arrived = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    disk.slowDown(() => {
      arrived.resolve()
      return gate.promise
    })
    const writing = put(log, { a: 'after', b: 'new' })
    await arrived.promise
    expect([textOf(log, 'a'), textOf(log, 'b')]).toEqual(['before', undefined])
    expect([...log.ids()].toSorted()).toEqual(['a', 'b'])
    // Who asks for changes now must not miss the write by going on from here.
    const { order } = log.changedSince(0, 10)
    gate.resolve()
    await writing
    expect([textOf(log, 'a'), textOf(log, 'b')]).toEqual(['after', 'new'])
    expect(log.changedSince(order, 10).ids).toEqual(['a', 'b'])
  })

  test('a failed one is never seen', async () => {
    const disk = memoryDisk()
    const log = await openLog(disk)
    await put(log, { a: 'before' })
    disk.failNextCommit()
    await expect(put(log, { a: 'after', b: 'new' })).rejects.toMatchObject({ code: 'replica.write-failed' })
    expect([textOf(log, 'a'), textOf(log, 'b')]).toEqual(['before', undefined])
  })
})

test('documents whose text is not of one byte a character are read as they were written, rewritten too', async () => {
  const disk = memoryDisk()
  const log = await openLog(disk)
  const texts = { a: 'plain', b: 'Zoë 日本', c: '', d: '👩‍⚕️', e: 'plain again' }
  await put(log, texts)
  await put(log, { a: 'newer' })
  await log.compact(new Set(['c']), () => undefined)
  const expected = { b: texts.b, d: texts.d, e: texts.e, a: 'newer' }
  const read = (from: LogCollection) =>
    Object.fromEntries([...from.ids()].map((id) => [id, textOf(from, id)]))
  expect(read(log)).toEqual(expected)
  for (const close of closing.splice(0)) await close()
  expect(read(await openLog(disk))).toEqual(expected)
})

test('closing overwrites every page in memory, also under whoever still looks at one', async () => {
  const disk = memoryDisk()
  const log = await openLog(disk)
  await put(log, { a: 'a secret', b: 'another' })
  await put(log, { b: 'a newer one' })
  const held = ['a', 'b'].map((id) => log.content(id) ?? encoder.encode('missing'))
  expect(held.map((content) => decoder.decode(content))).toEqual(['a secret', 'a newer one'])
  await log.close()
  for (const content of held) expect(content.every((byte) => byte === 0)).toBe(true)
  expect(textOf(log, 'a')).toBeUndefined()
  expect(log.size).toBe(0)

  // The disk has it all.
  expect(textOf(await openLog(disk), 'a')).toBe('a secret')
})

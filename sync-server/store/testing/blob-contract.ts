import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { BLOB_CHUNK } from '#app/protocol/index.ts'
import type { BlobLink, Store } from '../contract.ts'
import { at, sampleWrite } from './samples.ts'
import type { Subject } from './store-contract.ts'

const later = '2026-02-05T08:00:00.000Z'
const muchLater = '2026-06-05T08:00:00.000Z'

function sampleFile(size: number) {
  const bytes = randomBytes(size)
  return { bytes, hash: createHash('sha256').update(bytes).digest('hex') }
}

async function send(store: Store, deviceId: Id, file: { bytes: Buffer; hash: string }): Promise<void> {
  const upload = { deviceId, hash: file.hash }
  await store.blobs.beginUpload(upload, file.bytes.length, at)
  await store.blobs.append(upload, 0, file.bytes, at)
  expect(await store.blobs.complete(upload)).toBe('whole')
}

/** Writes a document that names files; answers its id. */
async function name(store: Store, files: readonly BlobLink[], id: Id = newId()): Promise<Id> {
  await store.transaction(async (tx) => {
    await tx.load([{ collection: 'clinical', id }])
    tx.stage({ ...sampleWrite('clinical', { id, kind: 'document' }), files } as Parameters<
      typeof tx.stage
    >[0])
  })
  return id
}

async function readAll(store: Store, hash: string): Promise<Buffer | null> {
  const size = await store.blobs.size(hash)
  if (size === null) return null
  const pieces: Buffer[] = []
  for (let position = 0; position * BLOB_CHUNK < size; position += 1) {
    pieces.push((await store.blobs.chunk(hash, position)) ?? Buffer.alloc(0))
  }
  return Buffer.concat(pieces)
}

export function blobContract({ store, site }: Subject): void {
  describe('files', () => {
    test('arrive whole exactly once, however they are cut, repeated and put out of order', async () => {
      const parts = fc.array(
        fc.record({ from: fc.nat(700_000), length: fc.integer({ min: 0, max: 400_000 }) }),
        {
          maxLength: 6,
        },
      )
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 700_000 }), parts, async (size, cuts) => {
          const { bytes, hash } = sampleFile(size)
          const upload = { deviceId: newId(), hash }
          await store().blobs.beginUpload(upload, size, at)
          let safe = 0
          for (const { from, length } of cuts) {
            const before = safe
            safe = (await store().blobs.append(upload, from, bytes.subarray(from, from + length), at)) ?? -1
            expect(safe).toBe(from > before ? before : Math.max(before, Math.min(from + length, size)))
          }
          while (safe < size) {
            const next = bytes.subarray(safe, safe + 300_000)
            safe = (await store().blobs.append(upload, safe, next, at)) ?? size
          }
          expect(await store().blobs.size(hash)).toBeNull()
          expect(await store().blobs.complete(upload)).toBe('whole')
          expect(await store().blobs.complete(upload)).toBe('whole')
          expect((await readAll(store(), hash))?.equals(bytes)).toBe(true)
        }),
        { numRuns: 6 },
      )
    })

    test('that are not what their hash says never count, and can be sent again', async () => {
      const { bytes, hash } = sampleFile(5000)
      const upload = { deviceId: newId(), hash }
      await store().blobs.beginUpload(upload, 5000, at)
      await store().blobs.append(upload, 0, Buffer.alloc(5000, 1), at)
      expect(await store().blobs.complete(upload)).toBe('damaged')
      expect([await store().blobs.size(hash), await store().blobs.upload(upload)]).toEqual([null, null])
      await send(store(), upload.deviceId, { bytes, hash })
      expect((await readAll(store(), hash))?.equals(bytes)).toBe(true)
      expect(await store().blobs.upload(upload)).toEqual({ received: 5000, size: 5000, whole: true })
    })

    test('begin anew with another size, and go on with the same', async () => {
      const { bytes, hash } = sampleFile(3000)
      const upload = { deviceId: newId(), hash }
      await store().blobs.beginUpload(upload, 9999, at)
      await store().blobs.append(upload, 0, bytes.subarray(0, 1000), at)
      await store().blobs.beginUpload(upload, 9999, at)
      expect((await store().blobs.upload(upload))?.received).toBe(1000)
      await store().blobs.beginUpload(upload, 3000, at)
      expect((await store().blobs.upload(upload))?.received).toBe(0)
      expect(await store().blobs.append({ ...upload, deviceId: newId() }, 0, bytes, at)).toBeNull()
    })

    test('of two devices are one file, and each device has sent it', async () => {
      const file = sampleFile(BLOB_CHUNK + 1)
      const [one, two] = [newId(), newId()]
      await send(store(), one, file)
      await send(store(), two, file)
      expect(await store().blobs.usage()).toEqual({ bytes: BLOB_CHUNK + 1, files: 1 })
      const sent = (deviceId: Id) =>
        store().transaction((tx) => tx.blobs.sentBy(deviceId, [file.hash, 'f'.repeat(64)]))
      expect([...(await sent(two)).result]).toEqual([file.hash])
      expect([...(await sent(newId())).result]).toEqual([])
    })

    test('are linked by the documents that name them; a link that waits counts once its device has sent', async () => {
      const file = sampleFile(100)
      const [owner, stranger] = [newId(), newId()]
      const carried = async () => (await store().blobs.carriers(file.hash, 10)).map(({ id }) => id)
      const claimed = await name(store(), [{ hash: file.hash, awaited: stranger }])
      const own = await name(store(), [{ hash: file.hash, awaited: owner }])
      expect(await carried()).toEqual([])
      await send(store(), owner, file)
      expect(await carried()).toEqual([own])
      expect(await store().blobs.isCarriedBy(file.hash, { collection: 'clinical', id: claimed })).toBe(false)
      // A link that counts is not taken back by who only names the file.
      await name(store(), [{ hash: file.hash, awaited: stranger }], own)
      expect(await carried()).toEqual([own])
      await name(store(), [], own)
      expect(await carried()).toEqual([])
    })

    test('of a link that waits for one device open by another that has sent them, and by no third', async () => {
      const file = sampleFile(100)
      const [owner, stranger] = [newId(), newId()]
      const id = await name(store(), [{ hash: file.hash, awaited: stranger }])
      const ref = { collection: 'clinical', id } as const
      await send(store(), owner, file)
      await store().blobs.openLink({ deviceId: newId(), hash: file.hash }, ref)
      expect(await store().blobs.isCarriedBy(file.hash, ref)).toBe(false)
      await store().blobs.openLink({ deviceId: owner, hash: file.hash }, { ...ref, id: newId() })
      await store().blobs.openLink({ deviceId: owner, hash: file.hash }, ref)
      expect(await store().blobs.carriers(file.hash, 10)).toEqual([ref])
    })

    test('that come with a message are there with its document, or not at all', async () => {
      const file = sampleFile(2 * BLOB_CHUNK + 5)
      const write = (fails: boolean) =>
        store().transaction(async (tx) => {
          const id = newId()
          await tx.load([{ collection: 'clinical', id }])
          tx.stage({ type: 'blob', ...file })
          const files = [{ hash: file.hash, awaited: null }]
          tx.stage({ ...sampleWrite('clinical', { id, kind: 'document' }), files } as Parameters<
            typeof tx.stage
          >[0])
          if (fails) throw new Error('no')
        })
      await expect(write(true)).rejects.toThrow('no')
      expect(await store().blobs.size(file.hash)).toBeNull()
      await write(false)
      await write(false)
      expect((await readAll(store(), file.hash))?.equals(file.bytes)).toBe(true)
      expect(await store().blobs.carriers(file.hash, 10)).toHaveLength(2)
    })

    test('stay while a document or a recent upload needs them, and go after a while when none does', async () => {
      const [named, loose] = [sampleFile(100), sampleFile(100)]
      const device = newId()
      await send(store(), device, named)
      await send(store(), device, loose)
      const id = await name(store(), [{ hash: named.hash, awaited: null }])
      // The uploads are recent; then they are old, but what came loose with them has only just done so.
      expect(await store().blobs.sweep(at, at)).toEqual({ files: 0, uploads: 0 })
      expect(await store().blobs.sweep(later, later)).toEqual({ files: 0, uploads: 2 })
      expect(await store().blobs.sweep(later, later)).toEqual({ files: 0, uploads: 0 })
      expect(await store().blobs.sweep(muchLater, muchLater)).toEqual({ files: 1, uploads: 0 })
      expect(await store().blobs.size(loose.hash)).toBeNull()
      await name(store(), [], id)
      await store().blobs.sweep(muchLater, muchLater)
      await name(store(), [{ hash: named.hash, awaited: null }], id)
      await store().blobs.sweep('2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z')
      expect((await readAll(store(), named.hash))?.equals(named.bytes)).toBe(true)
      expect(await store().blobs.usage()).toEqual({ bytes: 100, files: 1 })
    })

    test('lie sealed, under no name that somebody who knows the file could look for', async () => {
      const bytes = Buffer.from('KolibriUndZimtstern '.repeat(500))
      const file = { bytes, hash: createHash('sha256').update(bytes).digest('hex') }
      await send(store(), newId(), file)
      const lying = await site().bytes()
      expect(lying.includes('KolibriUndZimtstern')).toBe(false)
      expect(lying.includes(file.hash)).toBe(false)
      expect(lying.includes(Buffer.from(file.hash, 'hex'))).toBe(false)
    })

    test('do not open when their pieces change places', async () => {
      const file = sampleFile(2 * BLOB_CHUNK)
      await send(store(), newId(), file)
      await site().sql('update blob_chunks set position = position + 10')
      await site().sql('update blob_chunks set position = 11 - position')
      await expect(store().blobs.chunk(file.hash, 0)).rejects.toMatchObject({ code: 'store.sealed-body' })
    })
  })
}

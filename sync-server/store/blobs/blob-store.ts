import { createHash, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { BLOB_CHUNK } from '#app/protocol/index.ts'
import type { BlobStore, BlobUpload } from '../contract.ts'
import type { Executor } from '../dialects/dialect.ts'
import type { Port } from '../port.ts'
import { readCarriers } from './links.ts'
import { appendPieces, blobKey, blobLock, deletePieces, readPiece } from './pieces.ts'
import { sweepBlobs } from './sweep.ts'

/** Files of a store, and what devices are sending up. */
export function createBlobStore({ dialect, vault, reader, write }: Port): BlobStore {
  const uploadOf = (executor: Executor, { deviceId, hash }: BlobUpload) =>
    executor
      .selectFrom('blob_uploads')
      .select(['content', 'size', 'received', 'whole'])
      .where('device_id', '=', deviceId)
      .where('blob', '=', blobKey(vault, hash))

  const wholeOf = async (hash: string) =>
    (await reader())
      .selectFrom('blobs')
      .select(['content', 'size'])
      .where('blob', '=', blobKey(vault, hash))
      .executeTakeFirst()

  return {
    async upload(upload) {
      const row = await uploadOf(await reader(), upload).executeTakeFirst()
      return row === undefined ? null : { received: row.received, size: row.size, whole: row.whole === 1 }
    },
    beginUpload: (upload, size, at) =>
      write(async (executor) => {
        const [device_id, blob] = [upload.deviceId, blobKey(vault, upload.hash)]
        await dialect.lockNames(executor, [blobLock(blob)])
        const there = await uploadOf(executor, upload).executeTakeFirst()
        if (there?.size === size) return
        if (there !== undefined) await deletePieces({ executor }, there.content)
        const begun = { content: randomUUID(), size, received: 0, whole: 0, at }
        await executor
          .insertInto('blob_uploads')
          .values({ device_id, blob, ...begun })
          .onConflict((conflict) => conflict.columns(['device_id', 'blob']).doUpdateSet(begun))
          .execute()
      }),
    append: (upload, from, bytes, at) =>
      write(async (executor) => {
        const row = await uploadOf(executor, upload).modifyEnd(dialect.forUpdate).executeTakeFirst()
        if (row === undefined) return null
        if (row.whole === 1 || from > row.received) return row.received
        const fresh = bytes.subarray(row.received - from, row.size - from)
        if (fresh.length === 0) return row.received
        const received = row.received + fresh.length
        const of = { content: row.content, hash: upload.hash }
        await appendPieces({ executor, vault }, of, row.received, fresh)
        await executor
          .updateTable('blob_uploads')
          .set({ received, at })
          .where('device_id', '=', upload.deviceId)
          .where('blob', '=', blobKey(vault, upload.hash))
          .execute()
        return received
      }),
    async complete(upload) {
      const executor = await reader()
      const row = await uploadOf(executor, upload).executeTakeFirst()
      if (row === undefined) return 'damaged'
      if (row.whole === 1) return 'whole'
      const { hash } = upload
      const fits = (await hashOf({ executor, vault }, { content: row.content, hash }, row.size)) === hash
      return write(async (inside) => {
        const blob = blobKey(vault, hash)
        await dialect.lockNames(inside, [blobLock(blob)])
        return finishUpload(inside, { ...upload, blob, content: row.content, fits })
      })
    },
    async size(hash) {
      return (await wholeOf(hash))?.size ?? null
    },
    async chunk(hash, position) {
      const row = await wholeOf(hash)
      if (row === undefined) return null
      return readPiece({ executor: await reader(), vault }, { content: row.content, hash }, position)
    },
    carriers: async (hash, limit) => readCarriers(await reader(), blobKey(vault, hash), limit),
    async isCarriedBy(hash, { collection, id }) {
      const row = await (
        await reader()
      )
        .selectFrom('blob_links')
        .select('id')
        .where('blob', '=', blobKey(vault, hash))
        .where('collection', '=', collection)
        .where('id', '=', id)
        .where('awaited', 'is', null)
        .executeTakeFirst()
      return row !== undefined
    },
    openLink: ({ deviceId, hash }, { collection, id }) =>
      write(async (executor) => {
        const blob = blobKey(vault, hash)
        await dialect.lockNames(executor, [blobLock(blob)])
        await executor
          .updateTable('blob_links')
          .set({ awaited: null })
          .where('blob', '=', blob)
          .where('collection', '=', collection)
          .where('id', '=', id)
          .where('awaited', 'is not', null)
          .where(
            sql<boolean>`exists (select 1 from blob_uploads u
              where u.device_id = ${deviceId} and u.blob = ${blob} and u.whole = 1)`,
          )
          .execute()
      }),
    async usage() {
      const { rows } = await sql<{ bytes: number; files: number }>`
        select cast(coalesce(sum(bytes), 0) as bigint) as bytes, cast(sum(whole) as bigint) as files from (
          select coalesce(sum(size), 0) as bytes, count(*) as whole from blobs
          union all select coalesce(sum(size), 0), 0 from blob_uploads where whole = 0) as used`.execute(
        await reader(),
      )
      return rows[0] ?? { bytes: 0, files: 0 }
    },
    sweep: (now, before) => write((executor) => sweepBlobs(executor, dialect, { now, before })),
  }
}

async function hashOf(
  context: Parameters<typeof readPiece>[0],
  of: Parameters<typeof readPiece>[1],
  size: number,
): Promise<string> {
  const digest = createHash('sha256')
  for (let position = 0; position * BLOB_CHUNK < size; position += 1) {
    const piece = await readPiece(context, of, position)
    if (piece === null) return ''
    digest.update(piece)
  }
  return digest.digest('hex')
}

type Finishing = BlobUpload & { readonly blob: string; readonly content: string; readonly fits: boolean }

/** The pieces become the file's, or go: where another has sent it before, or where they are not what was meant. */
async function finishUpload(executor: Executor, upload: Finishing): Promise<'whole' | 'damaged'> {
  const { deviceId, blob, content, fits } = upload
  const row = await executor
    .selectFrom('blob_uploads')
    .select(['content', 'size', 'received', 'whole'])
    .where('device_id', '=', deviceId)
    .where('blob', '=', blob)
    .executeTakeFirst()
  if (row?.whole === 1) return 'whole'
  if (row?.content !== content) return 'damaged'
  if (!fits || row.received !== row.size) {
    await deletePieces({ executor }, content)
    await executor
      .deleteFrom('blob_uploads')
      .where('device_id', '=', deviceId)
      .where('blob', '=', blob)
      .execute()
    return 'damaged'
  }
  const { size } = row
  const there = await executor.selectFrom('blobs').select('blob').where('blob', '=', blob).executeTakeFirst()
  if (there !== undefined) await deletePieces({ executor }, content)
  else await executor.insertInto('blobs').values({ blob, content, size, loose_since: null }).execute()
  await executor
    .updateTable('blob_uploads')
    .set({ whole: 1, content: '' })
    .where('device_id', '=', deviceId)
    .where('blob', '=', blob)
    .execute()
  await executor
    .updateTable('blob_links')
    .set({ awaited: null })
    .where('blob', '=', blob)
    .where('awaited', '=', deviceId)
    .execute()
  return 'whole'
}

import { sql } from 'kysely'
import type { Dialect, Executor } from '../dialects/dialect.ts'
import { blobLock, deletePieces } from './pieces.ts'

/** At a time: what others who write wait for. */
const MOST = 64

type Sweep = { readonly now: string; readonly before: string }

/**
 * Takes away what nobody needs: first uploads that were left lying, then files that neither a document nor an upload has
 * named for long enough. A file that has just come loose is only marked, since an edit that names it may be on its way.
 */
export async function sweepBlobs(executor: Executor, dialect: Dialect, { now, before }: Sweep) {
  const uploads = await forgetUploads(executor, before)
  const isNamed = sql<boolean>`(exists (select 1 from blob_links l where l.blob = blobs.blob)
    or exists (select 1 from blob_uploads u where u.blob = blobs.blob and u.whole = 1))`
  const candidates = await executor
    .selectFrom('blobs')
    .select('blob')
    .where(sql<boolean>`loose_since < ${before} and not ${isNamed}`)
    .orderBy('blob')
    .limit(MOST)
    .execute()
  const keys = candidates.map(({ blob }) => blob)
  await dialect.lockNames(executor, keys.map(blobLock))
  let files = 0
  for (const blob of keys) {
    // Asked again under the lock: it may have been named since.
    const gone = await executor
      .deleteFrom('blobs')
      .where('blob', '=', blob)
      .where(sql<boolean>`not ${isNamed}`)
      .returning('content')
      .executeTakeFirst()
    if (gone === undefined) continue
    files += 1
    await deletePieces({ executor }, gone.content)
  }
  await executor
    .updateTable('blobs')
    .set({ loose_since: null })
    .where('loose_since', 'is not', null)
    .where(isNamed)
    .execute()
  await executor
    .updateTable('blobs')
    .set({ loose_since: now })
    .where('loose_since', 'is', null)
    .where(sql<boolean>`not ${isNamed}`)
    .execute()
  return { files, uploads }
}

async function forgetUploads(executor: Executor, before: string): Promise<number> {
  const old = await executor
    .deleteFrom('blob_uploads')
    .where('at', '<', before)
    .returning('content')
    .execute()
  for (const { content } of old) if (content !== '') await deletePieces({ executor }, content)
  return old.length
}

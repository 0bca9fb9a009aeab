import { BLOB_CHUNK } from '#app/protocol/index.ts'
import type { Executor } from '../dialects/dialect.ts'
import type { Place, Vault } from '../sealing/vault.ts'

// A file as it lies in the database: pieces of one size, each sealed by itself and tied to the file's hash and its number.

export type PieceContext = { readonly executor: Executor; readonly vault: Vault }

/** The pieces of one upload or file: `content` names them, the hash is what they are sealed to. */
export type Content = { readonly content: string; readonly hash: string }

function piecePlace(hash: string, position: number): Place {
  return { table: 'blobs', id: hash, revision: position }
}

/** What SQL knows a file by. */
export function blobKey(vault: Vault, hash: string): string {
  return vault.hash('blob', hash)
}

/** Names a file's lock, held by whoever links it, makes it whole or takes it away. */
export function blobLock(key: string): string {
  return `blob/${key}`
}

export async function readPiece(
  { executor, vault }: PieceContext,
  { content, hash }: Content,
  position: number,
): Promise<Buffer | null> {
  const row = await executor
    .selectFrom('blob_chunks')
    .select('sealed')
    .where('content', '=', content)
    .where('position', '=', position)
    .executeTakeFirst()
  return row === undefined ? null : vault.open(piecePlace(hash, position), row.sealed)
}

/** Writes bytes behind the first `received`: fills the last piece up, then begins others. */
export async function appendPieces(
  context: PieceContext,
  of: Content,
  received: number,
  bytes: Uint8Array,
): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const at = received + done
    const position = Math.floor(at / BLOB_CHUNK)
    const begun = at % BLOB_CHUNK
    const fresh = bytes.subarray(done, done + BLOB_CHUNK - begun)
    const before = begun === 0 ? null : await readPiece(context, of, position)
    if (begun !== (before?.length ?? 0)) throw new Error('a piece of a file is not as long as it was')
    await writePiece(context, of, position, before === null ? fresh : Buffer.concat([before, fresh]))
    done += fresh.length
  }
}

async function writePiece(
  { executor, vault }: PieceContext,
  { content, hash }: Content,
  position: number,
  plain: Uint8Array,
): Promise<void> {
  const sealed = vault.seal(piecePlace(hash, position), plain)
  await executor
    .insertInto('blob_chunks')
    .values({ content, position, sealed })
    .onConflict((conflict) => conflict.columns(['content', 'position']).doUpdateSet({ sealed }))
    .execute()
}

export async function deletePieces(
  { executor }: Pick<PieceContext, 'executor'>,
  content: string,
): Promise<void> {
  await executor.deleteFrom('blob_chunks').where('content', '=', content).execute()
}

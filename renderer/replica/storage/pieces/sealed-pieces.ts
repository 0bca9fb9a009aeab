import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { seal, unseal } from '../../keys/seal.ts'
import type { ResealOptions, StorageKeys } from '../contract.ts'
import type { Durability, PieceKey, PieceStore } from '../page-store/page-store.ts'

// Pieces of files, sealed like pages and with their keys: format (1) | key epoch (4) | nonce, ciphertext, tag. Bound into
// each seal are format, replica, epoch, file and position. Which file is which, and that it is whole, stands in a record
// log, whose pages the head names: so a piece that vanished is missed, and one that was put back is another file's.

type Bytes = Uint8Array<ArrayBuffer>

const FORMAT = 1
const HEADER = 5

export type SealedPieces = {
  /** Throws `replica.write-failed`; what is not written leaves nothing. */
  put(key: PieceKey, plain: Bytes, durability: Durability): Promise<void>
  /** Null: not there, or it does not open. Throws `replica.locked`: then nothing can be said of it. */
  get(key: PieceKey): Promise<Bytes | null>
  keys(): Promise<PieceKey[]>
  remove(file: number): Promise<void>
  /** Seals again what lies under older keys: none of them is needed afterwards. */
  reseal(options: ResealOptions): Promise<void>
}

export function sealedPieces(pieces: PieceStore, replicaId: Id, keys: StorageKeys): SealedPieces {
  const place = (epoch: number, [file, position]: PieceKey): Bytes =>
    new TextEncoder().encode(['rounds-file', FORMAT, replicaId, epoch, file, position].join(' '))

  /** Under whichever key they began: a key is not given up while one of them is on its way. */
  const underWay = new Set<Promise<void>>()

  function put(key: PieceKey, plain: Bytes, durability: Durability): Promise<void> {
    const writing = write(key, plain, durability).finally(() => underWay.delete(writing))
    underWay.add(writing)
    return writing
  }

  async function write(key: PieceKey, plain: Bytes, durability: Durability): Promise<void> {
    const { epoch } = keys
    const dataKey = keys.dataKey(epoch)
    if (dataKey === undefined) throw new AppError('replica.locked')
    const sealed = await seal(dataKey, plain, place(epoch, key))
    const piece = new Uint8Array(HEADER + sealed.length)
    const view = new DataView(piece.buffer)
    view.setUint8(0, FORMAT)
    view.setUint32(1, epoch)
    piece.set(sealed, HEADER)
    try {
      await pieces.put(key, piece, durability)
    } catch (cause) {
      throw new AppError('replica.write-failed', {}, { cause })
    }
  }

  async function get(key: PieceKey): Promise<Bytes | null> {
    const piece = await pieces.get(key)
    // Without any key every piece would look broken, and what is broken is taken away.
    if (keys.dataKey(keys.epoch) === undefined) throw new AppError('replica.locked')
    if (piece === null) return null
    const epoch = epochOf(piece)
    const dataKey = epoch === null ? undefined : keys.dataKey(epoch)
    if (epoch === null || dataKey === undefined) return null
    return unseal(dataKey, piece.subarray(HEADER), place(epoch, key))
  }

  return {
    put,
    get,
    keys: () => pieces.keys(),
    remove: (file) => pieces.remove(file),
    async reseal({ signal, onProgress }) {
      await Promise.allSettled(underWay)
      const all = await pieces.keys()
      for (const [done, key] of all.entries()) {
        signal.throwIfAborted()
        const piece = await pieces.get(key)
        const epoch = piece && epochOf(piece)
        if (epoch === null || epoch === keys.epoch) continue
        const plain = await get(key)
        // What does not open under its own key never will: it is no reason to keep the key.
        if (plain !== null) await put(key, plain, 'strict')
        onProgress({ done: done + 1, total: all.length })
      }
    },
  }
}

function epochOf(piece: Bytes): number | null {
  if (piece.length < HEADER || piece[0] !== FORMAT) return null
  return new DataView(piece.buffer, piece.byteOffset).getUint32(1)
}

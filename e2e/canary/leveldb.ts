import { readVarint, unsnappy } from './snappy.ts'

// LevelDB's two kinds of files (google/leveldb, doc/table_format.md and doc/log_format.md), read as far as it takes to
// see every value that lies in them, replaced ones included. No order, no checksums: this is how a thief would look.

const MAGIC = Buffer.from('57fb808b247547db', 'hex')
const FOOTER = 48
const LOG_BLOCK = 32_768
const LOG_HEADER = 7

/** The values of a table (`.ldb`); none where it is not one. */
export function tableValues(table: Buffer): Uint8Array[] {
  const footer = table.subarray(-FOOTER)
  if (!footer.subarray(-MAGIC.length).equals(MAGIC)) return []
  const meta = readHandle(footer, 0)
  const index = meta && readHandle(footer, meta.next)
  if (!index) return []
  return blockValues(readBlock(table, index)).flatMap((entry) => {
    const handle = readHandle(entry, 0)
    return handle === null ? [] : blockValues(readBlock(table, handle))
  })
}

/** The write batches of a log (`.log`), each whole, with keys and values side by side. */
export function logBatches(log: Buffer): Uint8Array[] {
  const batches: Uint8Array[] = []
  let parts: Buffer[] = []
  for (let at = 0; at + LOG_HEADER <= log.length;) {
    const left = LOG_BLOCK - (at % LOG_BLOCK)
    if (left < LOG_HEADER) {
      at += left
      continue
    }
    const length = log.readUInt16LE(at + 4)
    const type = log[at + 6] ?? 0
    if (type === 0) {
      at += left
      continue
    }
    // 1: whole, 2: first, 3: middle, 4: last.
    if (type <= 2) parts = []
    parts.push(log.subarray(at + LOG_HEADER, at + LOG_HEADER + length))
    if (type === 1 || type === 4) batches.push(Buffer.concat(parts))
    at += LOG_HEADER + length
  }
  return batches
}

/** The values that a write batch puts: sequence, count, then records of kind, key and value. */
export function batchValues(batch: Uint8Array): Uint8Array[] {
  const values: Uint8Array[] = []
  let at = 12
  while (at < batch.length) {
    const isPut = batch[at] === 1
    const key = readSlice(batch, at + 1)
    const value = isPut && key !== null ? readSlice(batch, key.next) : null
    if (value !== null) values.push(value.bytes)
    at = (isPut ? value?.next : key?.next) ?? batch.length
  }
  return values
}

type Handle = { readonly offset: number; readonly size: number; readonly next: number }

function readHandle(bytes: Uint8Array, at: number): Handle | null {
  const offset = readVarint(bytes, at)
  const size = offset && readVarint(bytes, offset.next)
  return offset && size && { offset: offset.value, size: size.value, next: size.next }
}

/** One byte behind a block says whether it is packed. */
function readBlock(table: Buffer, { offset, size }: Handle): Uint8Array {
  const block = table.subarray(offset, offset + size)
  return (table[offset + size] === 1 ? unsnappy(block) : block) ?? new Uint8Array()
}

/** Entries share the beginnings of their keys; their values are whole. Behind them stand the restart points. */
function blockValues(block: Uint8Array): Uint8Array[] {
  if (block.length < 4) return []
  const restarts = new DataView(block.buffer, block.byteOffset + block.length - 4).getUint32(0, true)
  const end = block.length - 4 - restarts * 4
  const values: Uint8Array[] = []
  for (let at = 0; at < end;) {
    const shared = readVarint(block, at)
    const own = shared && readVarint(block, shared.next)
    const length = own && readVarint(block, own.next)
    if (!own || !length) break
    const start = length.next + own.value
    values.push(block.subarray(start, start + length.value))
    at = start + length.value
  }
  return values
}

function readSlice(bytes: Uint8Array, at: number): { bytes: Uint8Array; next: number } | null {
  const length = readVarint(bytes, at)
  if (length === null) return null
  const next = length.next + length.value
  return next > bytes.length ? null : { bytes: bytes.subarray(length.next, next), next }
}

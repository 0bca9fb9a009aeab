import { extname } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { batchValues, logBatches, tableValues } from './leveldb.ts'
import { unsnappy } from './snappy.ts'

// What else a file holds than its bytes as they lie: LevelDB's packed blocks and split records, values that Chromium packs
// by itself, answers that an HTTP cache keeps as they came.

/** Chromium's mark before a value of IndexedDB that it packed with Snappy. */
const PACKED_VALUE = Buffer.from('ff1102', 'hex')
/** How far into a value the mark may stand: LevelDB's value begins with a version. */
const NEAR = 16

const members = [
  { magic: Buffer.from('1f8b08', 'hex'), unpack: gunzipSync },
  { magic: Buffer.from('28b52ffd', 'hex'), unpack: zstdDecompressSync },
] as const

/** Everything that can be unpacked from a file. */
export function unpacked(name: string, bytes: Buffer): Uint8Array[] {
  const kind = extname(name)
  const batches = kind === '.log' ? logBatches(bytes) : []
  const values = [...tableValues(bytes), ...batches.flatMap(batchValues)]
  return [...batches, ...values, ...[...values, bytes].flatMap(packedValue), ...compressed(bytes)]
}

function packedValue(value: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  const at = bytes.subarray(0, NEAR).indexOf(PACKED_VALUE)
  const plain = at === -1 ? null : unsnappy(bytes.subarray(at + PACKED_VALUE.length))
  return plain === null ? [] : [plain]
}

function compressed(bytes: Buffer): Uint8Array[] {
  return members.flatMap(({ magic, unpack }) => {
    const found: Uint8Array[] = []
    for (let at = bytes.indexOf(magic); at !== -1; at = bytes.indexOf(magic, at + 1)) {
      try {
        found.push(unpack(bytes.subarray(at)))
      } catch {
        // These bytes only look like the beginning of one.
      }
    }
    return found
  })
}

import { z } from 'zod'
import { AppError, idSchema } from '#app/kernel/index.ts'

// What lies in the clear beside the pages: how to stretch the passphrase, and keys under other keys. Opaque values
// only; none of it opens anything without passphrase and device secret.

const MIB = 1024 * 1024

/** Argon2id's bounds: less is too weak to accept from a disk, more would hang the machine that reads it. */
export const kdfSchema = z.strictObject({
  algorithm: z.literal('argon2id13'),
  memory: z
    .int()
    .min(64 * MIB)
    .max(1024 * MIB),
  passes: z.int().min(3).max(16),
  salt: z.base64().length(24),
})
export type Kdf = z.infer<typeof kdfSchema>

/** AES-256-GCM of a key: nonce, ciphertext and tag in one, base64. */
const wrapSchema = z.base64().max(128)

export const wrapsSchema = z.strictObject({
  /** The root key under the KEK. */
  root: wrapSchema,
  /** The data keys under the root key, by epoch; the last is the current one. */
  epochs: z.array(z.strictObject({ epoch: z.int().min(1).max(0xffff_ffff), key: wrapSchema })).min(1),
})
export type Wraps = z.infer<typeof wrapsSchema>

/** From 2 on it lies on the disk twice (`dexie-page-store.ts`): a program that knows of one copy only must not write. */
const FORMAT = 2

export const keyRecordSchema = z.strictObject({
  format: z.literal([1, FORMAT]),
  replicaId: idSchema,
  kdf: kdfSchema,
  wraps: wrapsSchema,
  /** Until when this copy opens without contact, sealed under a key that the root key gives. */
  lease: z.base64().max(1024).optional(),
  /** What the lease has met at the gate since this copy was open, sealed in the same way. */
  noticed: z.base64().max(8192).optional(),
  /**
   * The root key under a second key: of this machine's secret and one that lies at the server, sealed for two of the
   * organisation's holders. `keys` is the fingerprint of their recovery key, pinned when the copy was set up.
   */
  recovery: z.strictObject({ deviceId: idSchema, keys: z.string().length(32), root: wrapSchema }).optional(),
})
export type KeyRecord = z.infer<typeof keyRecordSchema>

/** For the page store's header. */
export function encodeKeyRecord(record: KeyRecord): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify({ ...record, format: FORMAT }))
}

/** Throws `replica.format` for a newer format, `replica.keys-lost` for anything that is no sound record. */
export function decodeKeyRecord(bytes: Uint8Array): KeyRecord {
  const value = readJson(bytes)
  const parsed = keyRecordSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const { data: format } = z.looseObject({ format: z.int() }).safeParse(value)
  if (format !== undefined && format.format > FORMAT) throw new AppError('replica.format')
  throw new AppError('replica.keys-lost', { what: 'changed' })
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

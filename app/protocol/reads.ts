import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { instantSchema } from '../kernel/envelope.ts'
import { idSchema, sha256Hex } from '../kernel/ids.ts'
import { setOpeningSchema } from './emergency.ts'

// What a person looked at on a device, without a network too (45 CFR 164.312(b)). The device keeps it as a chain of
// batches: each holds a number, the hash of the one before and a hash of its own, so that a batch that was changed, left
// out or told anew shows when the server takes the chain in. Never content: ids, kinds, keyed hashes of what was searched.

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/)
const previousSchema = z.union([hashSchema, z.literal('')])

export const readDeeds = [
  'unlock',
  'lock',
  // Before the copy opened: it stayed shut since its lease was over and nobody renewed it; its clock had gone back.
  'unlock-refused',
  'clock-set-back',
  // A passphrase was set: when the copy was made, changed, or recovered.
  'passphrase',
  'view',
  'list',
  'search',
  'print',
  'export',
  // Of the device's emergency set: opened, who was found in it, what was looked at, closed again.
  'break-glass',
  'emergency-list',
  'emergency-view',
  'emergency-end',
] as const

/** Guesses that it takes by lists of words and patterns: below 10^8, below 10^12, from there on. Never the passphrase. */
export const passphraseStrengths = ['weak', 'fair', 'strong'] as const
export type PassphraseStrength = (typeof passphraseStrengths)[number]

/** The most records one entry names, and the most entries of a batch. */
export const READ_IDS_LIMIT = 256
export const READ_ENTRIES_LIMIT = 64
/** The most batches of one call. */
export const READ_BATCHES_LIMIT = 32

export const readEntrySchema = z.strictObject({
  /** By the device's clock; of what was seen again, the first time. */
  at: instantSchema,
  did: z.enum(readDeeds),
  module: z.string().max(32).optional(),
  ids: z.array(idSchema).max(READ_IDS_LIMIT).optional(),
  /** Names the fields that could be seen (the projection of the record's `rev`). */
  projection: z.string().max(16).optional(),
  /** `termOf` what was searched. */
  term: hashSchema.optional(),
  /** The opening of the emergency set that it belongs to. */
  emergency: idSchema.optional(),
  /** Of `passphrase`. */
  strength: z.enum(passphraseStrengths).optional(),
  /** Of `break-glass`. Its words go into the paper that is signed off, and never into the audit. */
  opening: setOpeningSchema.optional(),
})
export type ReadEntry = z.infer<typeof readEntrySchema>

const batchContent = {
  /** From 1, without a gap. */
  number: z.int().positive(),
  previous: previousSchema,
  user: idSchema,
  /** What the device last knew of the server's time, and how far its own clock was from it (milliseconds, server - device). */
  clock: z.strictObject({ server: instantSchema, offset: z.int() }).nullable(),
  entries: z.array(readEntrySchema).min(1).max(READ_ENTRIES_LIMIT),
}
export const readBatchSchema = z.strictObject({ ...batchContent, hash: hashSchema })
export type ReadBatch = z.infer<typeof readBatchSchema>

/** Where a chain ends. */
export const chainHeadSchema = z.strictObject({ seq: z.int().nonnegative(), hash: previousSchema })
export type ChainHead = z.infer<typeof chainHeadSchema>

export const readsRequestSchema = z.strictObject({
  batches: z.array(readBatchSchema).max(READ_BATCHES_LIMIT),
  /** The end of the server's audit when this device was here last. */
  known: chainHeadSchema.nullable(),
})
export type ReadsRequest = z.infer<typeof readsRequestSchema>

export const readsAnswerSchema = z.strictObject({
  /** The server's time. */
  at: instantSchema,
  /** The batch up to which everything of this device stands in the server's audit. */
  taken: z.int().nonnegative(),
  /** The server's audit now, and what it has at the number that the device knew: null where it ends before. */
  head: chainHeadSchema,
  known: previousSchema.nullable(),
  /** Keys the hashes of what is searched, base64. */
  termKey: z.base64(),
})
export type ReadsAnswer = z.infer<typeof readsAnswerSchema>

/** SHA-256 over everything of a batch but its hash, and the device that it is of. */
export function readBatchHash(deviceId: string, batch: Omit<ReadBatch, 'hash'>): string {
  const { number, previous, user, clock, entries } = batch
  return sha256Hex(canonicalJson(['rounds-reads-v1', deviceId, number, previous, user, clock, entries]))
}

/** HMAC-SHA-256 of what was searched, as it counts: case, width and spaces aside. */
export function termOf(termKey: string, text: string): string {
  const words = text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ')
  return bytesToHex(hmac(sha256, utf8ToBytes(termKey), utf8ToBytes(words)))
}

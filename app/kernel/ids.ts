import { v7 } from 'uuid'
import { z } from 'zod'
import { canonicalJson } from './canonical-json.ts'
import { sha256 } from './sha256.ts'

/** A document's id: a UUID in lower case, 36 characters (RFC 9562). */
export const idSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
export type Id = string

/** A new UUIDv7 (RFC 9562 section 5.7): made where the document is made, ordered by its time of making. */
export function newId(): Id {
  return v7()
}

/** A UUIDv7 of a given time and given randomness, so that the simulation and the seed data repeat themselves. */
export function idAt(milliseconds: number, random: Uint8Array): Id {
  return v7({ msecs: milliseconds, random })
}

/**
 * The id of what a cause makes: UUIDv8 (RFC 9562 section 5.8) of SHA-256 over the canonical JSON of the cause. Two
 * devices and the server that see one cause make one document.
 */
export function derivedId(...cause: readonly unknown[]): Id {
  const bytes = sha256(canonicalJson(cause)).slice(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = hexOf(bytes)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** SHA-256 of a text, in lower-case hex. */
export function sha256Hex(text: string): string {
  return hexOf(sha256(text))
}

const octets = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function hexOf(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += octets[byte]
  return hex
}

import { z } from 'zod'
import { base64Of, bytesOf } from '../kernel/base64.ts'
import { canonicalJson, sha256Hex } from '../kernel/index.ts'

// The organisation's recovery key: three X25519 key pairs, one for each of three people, made offline. A secret is sealed
// for every ordered pair of them, one box within another, so that any two open it one after the other, none alone, and
// no private key ever leaves its holder or is put together anywhere. The boxes themselves (libsodium's sealed boxes) are
// handed in: this room does no cryptography of its own.

const key = z.base64().length(44)

/** The public halves, in the order of the holders. */
export const recoveryKeysSchema = z.tuple([key, key, key])
export type RecoveryKeys = z.infer<typeof recoveryKeysSchema>

const holderSchema = z.int().min(0).max(2)

/** For the holder who opens first, a box for each of the others; afterwards what is left in them. */
export const boxesSchema = z
  .array(z.strictObject({ first: holderSchema, second: holderSchema, box: z.base64().max(1024) }))
  .min(1)
  .max(6)
export type Boxes = z.infer<typeof boxesSchema>

export type KeyPair = { readonly publicKey: string; readonly privateKey: string }

/** Sealed boxes over X25519; null where a box is not for this pair. */
export type SealedBoxes = {
  seal(content: Uint8Array, publicKey: Uint8Array): Uint8Array
  open(box: Uint8Array, pair: KeyPair): Uint8Array | null
}

/** What two people compare when they speak of a recovery key. */
export function fingerprintOf(keys: RecoveryKeys): string {
  return sha256Hex(canonicalJson(['rounds-recovery-v1', ...keys])).slice(0, 32)
}

/** What a device shows and a holder compares by telephone: bound to the request and to the key it is answered for. */
export function codeOf(request: { readonly requestId: string; readonly publicKey: string }): string {
  const digits = sha256Hex(canonicalJson(['rounds-request-v1', request.requestId, request.publicKey]))
  return (digits.slice(0, 16).match(/.{4}/g) ?? []).join('-').toUpperCase()
}

/** `purpose` (36 letters, an id) is sealed with the secret: a box opens for what it was made for only. */
export function sealForTwo(
  boxes: Pick<SealedBoxes, 'seal'>,
  keys: RecoveryKeys,
  purpose: string,
  secret: Uint8Array,
): Boxes {
  const content = bytesOf(base64Of(new Uint8Array([...purposeBytes(purpose), ...secret])))
  return pairs.map(([first, second]) => {
    const inner = boxes.seal(content, bytesOf(keys[second]))
    return { first, second, box: base64Of(new Uint8Array(boxes.seal(inner, bytesOf(keys[first])))) }
  })
}

/** What the first holder makes of the boxes: those that are left for the two others. Null: none is for this key. */
export function openFirst(boxes: SealedBoxes, sealed: Boxes, pair: KeyPair): Boxes | null {
  const left = sealed.flatMap(({ first, second, box }) => {
    const inner = boxes.open(bytesOf(box), pair)
    return inner === null ? [] : [{ first, second, box: base64Of(new Uint8Array(inner)) }]
  })
  return left.length === 0 ? null : left
}

/** The secret itself, once another has opened first. Null: none is for this key, or it was made for another purpose. */
export function openSecond(
  boxes: SealedBoxes,
  left: Boxes,
  purpose: string,
  pair: KeyPair,
): Uint8Array<ArrayBuffer> | null {
  const expected = purposeBytes(purpose)
  for (const { box } of left) {
    const content = boxes.open(bytesOf(box), pair)
    if (content?.length !== expected.length + SECRET) continue
    if (expected.every((byte, at) => content[at] === byte))
      return new Uint8Array(content.slice(expected.length))
  }
  return null
}

/** The length of every secret that is sealed here. */
const SECRET = 32

function purposeBytes(purpose: string): Uint8Array {
  return Uint8Array.from(`rounds-recovery-v1 ${purpose} `, (letter) => letter.charCodeAt(0))
}

type Index = 0 | 1 | 2
const pairs: readonly (readonly [Index, Index])[] = [
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 2],
  [2, 0],
  [2, 1],
]

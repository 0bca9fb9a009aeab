import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { AppError } from '#app/kernel/index.ts'
import type { KeyPurpose } from '../schema.ts'

// What lies in the database is sealed here: AES-256-GCM under a data key, which lies beside it wrapped under the master
// key, which does not. The additional data ties a body to its place, so that one body does not pass for another.
//
//   sealed = format (1) | data key id (4) | nonce (12) | ciphertext | tag (16)

const FORMAT = 1
const HEADER = 5
const NONCE = 12
const TAG = 16

/**
 * Where a sealed value belongs. `revision` is the number for a document, and whatever tells versions apart for the rest.
 * `holds` is never there: it carries the type of what is sealed at the place to where it is opened.
 */
export type Place<Value = unknown> = {
  readonly table: string
  readonly id: string
  readonly revision: string | number
  readonly holds?: Value
}

export type WrappedKey = { readonly id: number; readonly purpose: KeyPurpose; readonly wrapped: Buffer }

/** Thrown for a body under a key that this process has not read yet: another process has rotated. */
export class UnknownDataKey extends Error {}

export class Vault {
  readonly #wrappingKey: KeyObject
  readonly #dataKeys = new Map<number, KeyObject>()
  #current = 0
  #indexKey: KeyObject | null = null
  #chainKey: KeyObject | null = null
  #organisation = ''

  constructor(masterKey: Buffer) {
    this.#wrappingKey = keyFrom(hkdfSync('sha256', masterKey, '', 'rounds-store-wrapping-v1', 32))
  }

  /** Bodies are tied to the organisation as well. */
  bind(organisationId: string): void {
    this.#organisation = organisationId
  }

  get isBound(): boolean {
    return this.#organisation !== ''
  }

  /** A new key, wrapped. It counts once `adopt` has taken it in. */
  generate(id: number, purpose: KeyPurpose): WrappedKey {
    const additional = keyPlace(id, purpose)
    return { id, purpose, wrapped: encrypt(this.#wrappingKey, id, additional, randomBytes(32)) }
  }

  /** Unwraps keys; new bodies use the data key with the highest id. Throws when the master key is another. */
  adopt(keys: readonly WrappedKey[]): void {
    for (const { id, purpose, wrapped } of keys) {
      const key = createSecretKey(decrypt(this.#wrappingKey, keyPlace(id, purpose), wrapped))
      if (purpose === 'index') this.#indexKey = key
      else if (purpose === 'chain') this.#chainKey = key
      else this.#dataKeys.set(id, key)
    }
    this.#current = Math.max(...this.#dataKeys.keys())
  }

  seal(place: Place, plain: Uint8Array): Buffer {
    return encrypt(this.#dataKey(this.#current), this.#current, this.#additional(place), plain)
  }

  open(place: Place, sealed: Buffer): Buffer {
    if (sealed.length < HEADER + NONCE + TAG || sealed[0] !== FORMAT) throw broken(place)
    const key = this.#dataKey(sealed.readUInt32BE(1))
    try {
      return decrypt(key, this.#additional(place), sealed)
    } catch (cause) {
      throw broken(place, cause)
    }
  }

  sealJson<Value>(place: Place<Value>, value: NoInfer<Value>): Buffer {
    return this.seal(place, Buffer.from(JSON.stringify(value)))
  }

  openJson<Value>(place: Place<Value>, sealed: Buffer): Value {
    return JSON.parse(this.open(place, sealed).toString()) as Value
  }

  /** A keyed hash that SQL may compare for equality. The purpose keeps equal values of different kinds apart. */
  hash(purpose: string, ...parts: readonly (string | Uint8Array)[]): string {
    const mac = createHmac('sha256', adopted(this.#indexKey)).update(
      JSON.stringify([this.#organisation, purpose, parts.length]),
    )
    for (const part of parts) {
      const bytes = Buffer.from(part)
      mac.update(`:${bytes.length}:`).update(bytes)
    }
    return mac.digest('base64url')
  }

  chainMac(text: string): string {
    return createHmac('sha256', adopted(this.#chainKey))
      .update(`${this.#organisation}\n${text}`)
      .digest('base64url')
  }

  isChainMac(text: string, mac: string): boolean {
    const [given, expected] = [Buffer.from(mac), Buffer.from(this.chainMac(text))]
    return given.length === expected.length && timingSafeEqual(given, expected)
  }

  #dataKey(id: number): KeyObject {
    const key = this.#dataKeys.get(id)
    if (key === undefined) throw new UnknownDataKey(`data key ${id}`)
    return key
  }

  #additional(place: Place): Buffer {
    return Buffer.from(JSON.stringify([this.#organisation, place.table, place.id, place.revision]))
  }
}

// A key as bytes is checked and copied anew at each use, which costs several times what sealing a small body does.

function keyFrom(bytes: ArrayBuffer): KeyObject {
  return createSecretKey(Buffer.from(bytes))
}

function adopted(key: KeyObject | null): KeyObject {
  if (key === null) throw new Error('the keys are not there yet')
  return key
}

/** Random bytes in store, since asking for twelve costs as much as asking for hundreds. Each is used once. */
const nonces = Buffer.alloc(NONCE * 256)
let taken = nonces.length

function freshNonce(): Buffer {
  if (taken === nonces.length) {
    randomFillSync(nonces)
    taken = 0
  }
  taken += NONCE
  return nonces.subarray(taken - NONCE, taken)
}

function encrypt(key: KeyObject, keyId: number, additional: Buffer, plain: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(HEADER + NONCE + plain.length + TAG)
  sealed[0] = FORMAT
  sealed.writeUInt32BE(keyId, 1)
  const nonce = freshNonce()
  sealed.set(nonce, HEADER)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(additional)
  // GCM is a stream cipher: what comes out is as long as what went in, and nothing is left for the end.
  sealed.set(cipher.update(plain), HEADER + NONCE)
  cipher.final()
  sealed.set(cipher.getAuthTag(), sealed.length - TAG)
  return sealed
}

function decrypt(key: KeyObject, additional: Buffer, sealed: Buffer): Buffer {
  const nonce = sealed.subarray(HEADER, HEADER + NONCE)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
    .setAAD(additional)
    .setAuthTag(sealed.subarray(sealed.length - TAG))
  return Buffer.concat([
    decipher.update(sealed.subarray(HEADER + NONCE, sealed.length - TAG)),
    decipher.final(),
  ])
}

function keyPlace(id: number, purpose: KeyPurpose): Buffer {
  return Buffer.from(`rounds-data-key-v1\n${id}\n${purpose}`)
}

/** The table is named, not the id of a record: the log of the caller may add ids where they belong. */
function broken({ table }: Place, cause?: unknown): AppError {
  return new AppError('store.sealed-body', { table }, { cause })
}

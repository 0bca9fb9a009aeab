import sodium from 'libsodium-wrappers-sumo'
import type { Id } from '#app/kernel/index.ts'
import { base64Of, bytesOf } from '#app/kernel/base64.ts'
import { sealForTwo } from '#app/recovery/index.ts'
import type { PassphraseStrength } from '#app/protocol/index.ts'
import type { Boxes, RecoveryKeys, SealedBoxes } from '#app/recovery/index.ts'
import type { Kdf, Wraps } from './key-record.ts'
import { strengthOf } from './passphrase-strength.ts'
import { seal, unseal } from './seal.ts'

// What touches raw keys. It runs in a Worker that is ended right after, since neither WebAssembly's memory nor a
// JavaScript heap can be wiped; what comes back are keys that can be used but not read.

/** The bytes that the host bound to this machine: HMAC(device secret, Argon2id(passphrase)). */
type Bound = Uint8Array<ArrayBuffer>

export type OpenedKeys = {
  readonly epoch: number
  readonly dataKeys: ReadonlyMap<number, CryptoKey>
  readonly hostKey: CryptoKey
  /** Wraps the data keys of epochs to come; what it wrapped, only the root key's own work unwraps. */
  readonly epochKey: CryptoKey
  /** Seals what the record says of the lease. */
  readonly leaseKey: CryptoKey
  /** Public half of the emergency pair: what is sealed for it, only the root key opens (`openEmergency`). */
  readonly emergencyLock: Uint8Array<ArrayBuffer>
}

/** A key that seals one emergency set and opens nothing; `box` holds it for who has the root key. */
export type EmergencyBox = { readonly key: CryptoKey; readonly box: string }

/** A data key, and how it stands in the record. */
export type NewEpoch = { readonly key: CryptoKey; readonly wrap: Wraps['epochs'][number] }

export type KeyWork = {
  /** Argon2id, 32 bytes. */
  stretch(input: { passphrase: string; kdf: Kdf }): Promise<Uint8Array<ArrayBuffer>>
  measure(input: { passphrase: string }): Promise<PassphraseStrength>
  create(input: { bound: Bound; replicaId: Id }): Promise<{ wraps: Wraps; keys: OpenedKeys }>
  /** Null: the passphrase, or the machine, is another. */
  open(input: { bound: Bound; replicaId: Id; wraps: Wraps }): Promise<OpenedKeys | null>
  /** The same root key under another passphrase; null as in `open`. */
  rewrap(input: { bound: Bound; next: Bound; replicaId: Id; wraps: Wraps }): Promise<Wraps | null>
  /** The secret for two of the holders of these keys. */
  sealRecovery(input: { keys: RecoveryKeys; replicaId: Id; secret: Bound }): Promise<Boxes>
  /** The pair of one request, which the seed gives again at the next start. */
  recoveryKey(input: { seed: Bound }): Promise<string>
  /** The secret that comes back; null: it was sealed for another request or machine. */
  openRecovery(input: { seed: Bound; box: string }): Promise<Bound | null>
  sealEmergency(input: { lock: Uint8Array<ArrayBuffer> }): Promise<EmergencyBox>
  /** What the box holds, to open by; its key is null where it does not open. Null as in `open`. */
  openEmergency(input: {
    bound: Bound
    replicaId: Id
    wraps: Wraps
    box: string
  }): Promise<{ readonly key: CryptoKey | null } | null>
  /** A new data key, under the root key as it is: rotation asks for no passphrase. */
  addEpoch(input: { epochKey: CryptoKey; epoch: number; replicaId: Id }): Promise<NewEpoch>
}

/** Where key work is done: opened for one task, ended after it. */
export type KeyRunner = () => KeyWork & { end(): void }

export const keyWork: KeyWork = {
  async stretch({ passphrase, kdf }) {
    await sodium.ready
    const salt = bytesOf(kdf.salt)
    const algorithm = sodium.crypto_pwhash_ALG_ARGON2ID13
    // libsodium types its result without saying that the buffer is its own.
    return new Uint8Array(sodium.crypto_pwhash(32, passphrase, salt, kdf.passes, kdf.memory, algorithm))
  },

  measure: ({ passphrase }) => strengthOf(passphrase),

  async create({ bound, replicaId }) {
    const kek = await derivedKey(bound, 'kek', replicaId)
    const root = crypto.getRandomValues(new Uint8Array(32))
    const epochKey = await derivedKey(root, 'data-keys', replicaId)
    const { wrap } = await newEpoch(epochKey, 1, replicaId)
    const wraps = { root: base64Of(await seal(kek, root, additional('root', replicaId))), epochs: [wrap] }
    const keys = await openUnderRoot(root, replicaId, wraps)
    wipe(bound, root)
    return { wraps, keys }
  },

  async open({ bound, replicaId, wraps }) {
    const root = await unwrapRoot(bound, replicaId, wraps)
    if (root === null) return null
    const keys = await openUnderRoot(root, replicaId, wraps)
    wipe(bound, root)
    return keys
  },

  async rewrap({ bound, next, replicaId, wraps }) {
    const root = await unwrapRoot(bound, replicaId, wraps)
    if (root === null) return null
    const kek = await derivedKey(next, 'kek', replicaId)
    const sealed = base64Of(await seal(kek, root, additional('root', replicaId)))
    wipe(bound, next, root)
    return { ...wraps, root: sealed }
  },

  async sealRecovery({ keys, replicaId, secret }) {
    await sodium.ready
    return sealForTwo(sealedBoxes, keys, replicaId, secret)
  },

  async recoveryKey({ seed }) {
    await sodium.ready
    return base64Of(new Uint8Array(sodium.crypto_box_seed_keypair(seed).publicKey))
  },

  async openRecovery({ seed, box }) {
    await sodium.ready
    const { publicKey, privateKey } = sodium.crypto_box_seed_keypair(seed)
    return openedBox(box, publicKey, privateKey)
  },

  async sealEmergency({ lock }) {
    await sodium.ready
    const raw = crypto.getRandomValues(new Uint8Array(32))
    const box = base64Of(new Uint8Array(sodium.crypto_box_seal(raw, lock)))
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt'])
    wipe(raw)
    return { key, box }
  },

  async openEmergency({ bound, replicaId, wraps, box }) {
    const root = await unwrapRoot(bound, replicaId, wraps)
    if (root === null) return null
    const { publicKey, privateKey } = await emergencyPair(root, replicaId)
    wipe(bound, root)
    const raw = openedBox(box, publicKey, privateKey)
    wipe(privateKey)
    if (raw === null) return { key: null }
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
    wipe(raw)
    return { key }
  },

  addEpoch: ({ epochKey, epoch, replicaId }) => newEpoch(epochKey, epoch, replicaId),
}

/** Null: sealed for another pair, or changed. */
function openedBox(
  box: string,
  publicKey: Uint8Array,
  privateKey: Uint8Array,
): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(sodium.crypto_box_seal_open(bytesOf(box), publicKey, privateKey))
  } catch {
    return null
  }
}

/**
 * The emergency class: a pair that the root key gives. Its private half is made here, for one opening, and nowhere else;
 * it needs no place in the record, and outlives new passphrases, recovery and new data keys as the root key does.
 */
async function emergencyPair(
  root: Uint8Array<ArrayBuffer>,
  replicaId: Id,
): Promise<{ readonly publicKey: Uint8Array<ArrayBuffer>; readonly privateKey: Uint8Array }> {
  await sodium.ready
  const material = await crypto.subtle.importKey('raw', root, 'HKDF', false, ['deriveBits'])
  const info = additional('emergency', replicaId)
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  const seed = new Uint8Array(await crypto.subtle.deriveBits(derivation, material, 256))
  const { publicKey, privateKey } = sodium.crypto_box_seed_keypair(seed)
  wipe(seed)
  return { publicKey: new Uint8Array(publicKey), privateKey }
}

/** Here only secrets are sealed; opening is the holders' work, on their machines. */
const sealedBoxes: Pick<SealedBoxes, 'seal'> = {
  seal: (content, publicKey) => sodium.crypto_box_seal(content, publicKey),
}

async function newEpoch(epochKey: CryptoKey, epoch: number, replicaId: Id): Promise<NewEpoch> {
  const raw = crypto.getRandomValues(new Uint8Array(32))
  const wrapped = base64Of(await seal(epochKey, raw, additional(`data-key ${epoch}`, replicaId)))
  const key = await importedDataKey(raw)
  wipe(raw)
  return { key, wrap: { epoch, key: wrapped } }
}

function importedDataKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

async function unwrapRoot(
  bound: Bound,
  replicaId: Id,
  wraps: Wraps,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const kek = await derivedKey(bound, 'kek', replicaId)
  return unseal(kek, bytesOf(wraps.root), additional('root', replicaId))
}

async function openUnderRoot(
  root: Uint8Array<ArrayBuffer>,
  replicaId: Id,
  wraps: Wraps,
): Promise<OpenedKeys> {
  const wrapper = await derivedKey(root, 'data-keys', replicaId)
  const dataKeys = new Map<number, CryptoKey>()
  for (const { epoch, key } of wraps.epochs) {
    const raw = await unseal(wrapper, bytesOf(key), additional(`data-key ${epoch}`, replicaId))
    if (raw === null) throw new Error('a data key does not open under its root key')
    dataKeys.set(epoch, await importedDataKey(raw))
    wipe(raw)
  }
  const epoch = Math.max(...dataKeys.keys())
  const hostKey = await derivedKey(root, 'host', replicaId)
  const epochKey = await derivedKey(root, 'data-keys', replicaId, ['encrypt'])
  const leaseKey = await derivedKey(root, 'lease', replicaId)
  const { publicKey: emergencyLock, privateKey } = await emergencyPair(root, replicaId)
  wipe(privateKey)
  return { epoch, dataKeys, hostKey, epochKey, leaseKey, emergencyLock }
}

/** HKDF-SHA-256 to an AES-256-GCM key that can't be read. */
async function derivedKey(
  secret: Uint8Array<ArrayBuffer>,
  purpose: string,
  replicaId: Id,
  usages: readonly KeyUsage[] = purpose === 'host' ? ['wrapKey', 'unwrapKey'] : ['encrypt', 'decrypt'],
): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: additional(purpose, replicaId) },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    usages,
  )
}

function additional(purpose: string, replicaId: Id): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`rounds ${purpose} v1 ${replicaId}`)
}

function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}

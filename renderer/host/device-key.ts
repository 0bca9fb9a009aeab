import type { Id } from '#app/kernel/index.ts'
import { seal, unseal } from '#renderer/replica/keys/seal.ts'
import type { SealedDeviceKey } from './device-vault.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** A new Ed25519 key, sealed for the vault. */
export async function newDeviceKey(replicaId: Id, hostKey: CryptoKey): Promise<SealedDeviceKey> {
  // The pair's types are those of any algorithm; Ed25519 makes a pair.
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const privateKey = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const sealed = await seal(hostKey, privateKey, place(replicaId))
  privateKey.fill(0)
  return { sealed, publicKey }
}

/** The key for signing, not to be read again; null where it was sealed under another key or for another replica. */
export async function openDeviceKey(
  replicaId: Id,
  hostKey: CryptoKey,
  { sealed }: SealedDeviceKey,
): Promise<CryptoKey | null> {
  const privateKey = await unseal(hostKey, sealed, place(replicaId))
  if (privateKey === null) return null
  const key = await crypto.subtle.importKey('pkcs8', privateKey, 'Ed25519', false, ['sign'])
  privateKey.fill(0)
  return key
}

export async function signText(key: CryptoKey, text: string): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(text)))
}

/** HMAC-SHA-256 over purpose and input, as the desktop's keeper makes it. */
export async function boundTo(deviceSecret: Bytes, purpose: string, input: Bytes): Promise<Bytes> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', deviceSecret, algorithm, false, ['sign'])
  const prefix = new TextEncoder().encode(`${purpose}\0`)
  const message = new Uint8Array(prefix.length + input.length)
  message.set(prefix)
  message.set(input, prefix.length)
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message))
}

function place(replicaId: Id): Bytes {
  return new TextEncoder().encode(`rounds device-key v1 ${replicaId}`)
}

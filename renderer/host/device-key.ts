import type { Id } from '#app/kernel/index.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** An Ed25519 private key under a key of the replica; its bytes are never seen by script. */
export type WrappedDeviceKey = { readonly nonce: Bytes; readonly wrapped: Bytes; readonly publicKey: Bytes }

export async function newDeviceKey(replicaId: Id, hostKey: CryptoKey): Promise<WrappedDeviceKey> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const wrapped = await crypto.subtle.wrapKey('pkcs8', privateKey, hostKey, wrapping(replicaId, nonce))
  const publicBytes = await crypto.subtle.exportKey('raw', publicKey)
  return { nonce, wrapped: new Uint8Array(wrapped), publicKey: new Uint8Array(publicBytes) }
}

/** The key for signing only; null where it was wrapped under another key or for another replica. */
export async function openDeviceKey(
  replicaId: Id,
  hostKey: CryptoKey,
  { nonce, wrapped }: WrappedDeviceKey,
): Promise<CryptoKey | null> {
  const algorithm = wrapping(replicaId, nonce)
  try {
    return await crypto.subtle.unwrapKey('pkcs8', wrapped, hostKey, algorithm, 'Ed25519', false, ['sign'])
  } catch {
    return null
  }
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

function wrapping(replicaId: Id, nonce: Bytes): AesGcmParams {
  const additionalData = new TextEncoder().encode(`rounds device-key v1 ${replicaId}`)
  return { name: 'AES-GCM', iv: nonce, additionalData }
}

const NONCE = 12

/** AES-256-GCM under a fresh random nonce: nonce, ciphertext and tag in one. */
export async function seal(
  key: CryptoKey,
  plain: Uint8Array<ArrayBuffer>,
  additional: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE))
  const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: additional }
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plain))
  const whole = new Uint8Array(NONCE + sealed.length)
  whole.set(nonce)
  whole.set(sealed, NONCE)
  return whole
}

/** Null: another key, another place, or a changed byte. GCM does not say which. */
export async function unseal(
  key: CryptoKey,
  whole: Uint8Array<ArrayBuffer>,
  additional: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const algorithm = { name: 'AES-GCM', iv: whole.subarray(0, NONCE), additionalData: additional }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, whole.subarray(NONCE)))
  } catch {
    return null
  }
}

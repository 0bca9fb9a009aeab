const NONCE = 12

const TAG = 16
/** By how much sealing makes a text longer. */
export const SEAL_LENGTH = NONCE + TAG

/** AES-256-GCM under a fresh random nonce: nonce, ciphertext and tag in one. */
export async function seal(
  key: CryptoKey,
  plain: Uint8Array<ArrayBuffer>,
  additional: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(SEAL_LENGTH + plain.length)
  await sealInto(whole, key, plain, additional)
  return whole
}

/** The same, into room of `SEAL_LENGTH` more bytes than the text has. */
export async function sealInto(
  room: Uint8Array<ArrayBuffer>,
  key: CryptoKey,
  plain: Uint8Array<ArrayBuffer>,
  additional: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const nonce = crypto.getRandomValues(room.subarray(0, NONCE))
  const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: additional }
  room.set(new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plain)), NONCE)
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

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Keyring } from '../keys.ts'

/** A keyring with a key of its own: what one seals, another can't open. */
export function keyringInMemory(): Keyring {
  const key = randomBytes(32)
  return {
    isSecure: async () => true,
    async seal(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    async unseal(bytes) {
      const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
      cipher.setAuthTag(bytes.subarray(12, 28))
      const text = Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString('utf8')
      return { text, renew: false }
    },
  }
}

import sodium from 'libsodium-wrappers-sumo'
import type { KeyPair, SealedBoxes } from '#app/recovery/index.ts'

/** libsodium's sealed boxes, and new pairs for them. */
export async function sealedBoxes(): Promise<SealedBoxes & { newPair(): KeyPair }> {
  await sodium.ready
  return {
    seal: (content, publicKey) => sodium.crypto_box_seal(content, publicKey),
    open(box, { publicKey, privateKey }) {
      try {
        const [own, secret] = [Buffer.from(publicKey, 'base64'), Buffer.from(privateKey, 'base64')]
        return sodium.crypto_box_seal_open(box, own, secret)
      } catch {
        return null
      }
    },
    newPair() {
      const { publicKey, privateKey } = sodium.crypto_box_keypair()
      const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
      return { publicKey: text(publicKey), privateKey: text(privateKey) }
    },
  }
}

import { keyWork } from '../keys/key-work.ts'
import type { KeyRunner } from '../keys/key-work.ts'

/** Key work that stretches by one cheap hash, and measures nothing: for tests that open replicas often. What both do is tested apart. */
export const quickRunner: KeyRunner = () => ({
  ...keyWork,
  async stretch({ passphrase, kdf }) {
    const text = new TextEncoder().encode(`${kdf.salt} ${passphrase}`)
    return new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  },
  measure: async () => 'strong',
  end: () => undefined,
})

import type { StorageKeys } from '../storage/index.ts'

/** Random data keys without passphrase or host, for tests of what lies above them. */
export async function storageKeys(epochs: readonly number[] = [1]): Promise<StorageKeys> {
  const keys = new Map<number, CryptoKey>()
  for (const epoch of epochs) {
    const raw = crypto.getRandomValues(new Uint8Array(32))
    keys.set(epoch, await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']))
  }
  return { epoch: Math.max(...epochs), dataKey: (epoch) => keys.get(epoch) }
}

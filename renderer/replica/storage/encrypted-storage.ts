import { AppError } from '#app/kernel/index.ts'
import type { EncryptedStorage, EncryptedStorageOptions } from './contract.ts'

/**
 * Opens the documents of an unlocked replica. An empty page store becomes a new replica. Damage is contained and
 * reported, never thrown; `replica.format` is thrown for pages of a newer version.
 */
export function openEncryptedStorage(_options: EncryptedStorageOptions): Promise<EncryptedStorage> {
  return Promise.reject(new AppError('internal'))
}

import { AppError } from '#app/kernel/index.ts'
import type { Executor } from './dialect.ts'
import type { KeyPurpose } from './schema.ts'
import type { Vault, WrappedKey } from './vault.ts'

const firstKeys: readonly KeyPurpose[] = ['data', 'index', 'chain']

/** Reads the wrapped keys, or makes the first ones. Throws `server.key` when the master key is another. */
export async function openKeyRing(executor: Executor, vault: Vault, place: string): Promise<void> {
  const kept = await wrappedKeys(executor)
  if (kept.length === 0) {
    const made = firstKeys.map((purpose, index) => vault.generate(index + 1, purpose))
    await addKeys(executor, made)
    vault.adopt(made)
    return
  }
  try {
    vault.adopt(kept)
  } catch (cause) {
    throw new AppError('server.key', { folder: place }, { cause })
  }
}

/** Takes in keys that another process has made since. */
export async function refreshKeyRing(executor: Executor, vault: Vault): Promise<void> {
  vault.adopt(await wrappedKeys(executor))
}

/** A new data key for what is sealed from now on. Two processes that rotate at once: one of them fails. */
export async function addDataKey(executor: Executor, vault: Vault): Promise<WrappedKey> {
  const kept = await wrappedKeys(executor)
  const made = vault.generate(Math.max(...kept.map((key) => key.id)) + 1, 'data')
  await addKeys(executor, [made])
  return made
}

async function wrappedKeys(executor: Executor): Promise<readonly WrappedKey[]> {
  return executor.selectFrom('data_keys').select(['id', 'purpose', 'wrapped']).orderBy('id').execute()
}

async function addKeys(executor: Executor, keys: readonly WrappedKey[]): Promise<void> {
  const created_at = new Date().toISOString()
  await executor
    .insertInto('data_keys')
    .values(keys.map((key) => ({ ...key, created_at })))
    .execute()
}

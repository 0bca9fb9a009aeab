import { AppError } from '#app/kernel/index.ts'
import type { StoreOptions } from '../contract.ts'
import type { Executor } from '../dialects/dialect.ts'
import { keyFileOf, readMasterKey } from './master-key.ts'
import type { KeyPurpose } from '../schema.ts'
import { Vault } from './vault.ts'
import type { WrappedKey } from './vault.ts'

const firstKeys: readonly KeyPurpose[] = ['data', 'index', 'chain']

/** Opens the data keys with the master key, or makes the first ones. Throws `server.key` when it is another. */
export async function openVault(executor: Executor, options: StoreOptions): Promise<Vault> {
  const kept = await wrappedKeys(executor)
  const isNew = kept.length === 0
  const vault = new Vault(readMasterKey(options, isNew ? 'nothing sealed' : 'data sealed'))
  const keys = isNew ? firstKeys.map((purpose, index) => vault.generate(index + 1, purpose)) : kept
  if (isNew) await addKeys(executor, keys)
  try {
    vault.adopt(keys)
  } catch (cause) {
    const folder = options.databaseUrl === undefined ? options.dataFolder : keyFileOf(options)
    throw new AppError('server.key', { folder }, { cause })
  }
  return vault
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

import { readCounters } from './counters.ts'
import type { Store, StoreOptions } from './contract.ts'
import type { Dialect } from './dialect.ts'
import { openKeyRing } from './key-ring.ts'
import { keyFileOf, readMasterKey } from './master-key.ts'
import { migrate } from './migrations/index.ts'
import { readIdentity } from './organisation.ts'
import { postgresDialect } from './postgres.ts'
import { sqliteDialect } from './sqlite.ts'
import { createStore } from './store.ts'
import { Vault } from './vault.ts'

/**
 * Opens the store, brings its tables up to date and makes keys at the first start. Throws `server.data-in-use`,
 * `server.data-unwritable`, `server.key`, `server.config`.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const dialect =
    options.databaseUrl === undefined
      ? sqliteDialect(options.dataFolder)
      : await postgresDialect(options.databaseUrl, options.schema ?? 'rounds')
  try {
    const vault = new Vault(readMasterKey(options))
    await prepare(dialect, vault, options)
    return createStore(dialect, vault)
  } catch (error) {
    await dialect.close()
    throw error
  }
}

async function prepare(dialect: Dialect, vault: Vault, options: StoreOptions): Promise<void> {
  const place = options.databaseUrl === undefined ? options.dataFolder : keyFileOf(options)
  await dialect.write(async (executor) => {
    await dialect.lockMigrations(executor)
    await migrate(executor, dialect.columns)
    await openKeyRing(executor, vault, place)
  })
  await readIdentity(dialect.reader, vault)
  // What lies here already is no news to those who listen from now on.
  dialect.changes.begin(await readCounters(dialect.reader))
}

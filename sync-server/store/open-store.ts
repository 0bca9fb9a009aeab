import { hash } from 'node:crypto'
import { digestBy } from '#app/kernel/index.ts'
import { readCounters } from './dialects/counters.ts'
import type { Store, StoreOptions } from './contract.ts'
import type { Dialect } from './dialects/dialect.ts'
import { openVault } from './sealing/key-ring.ts'
import { migrate } from './migrations/index.ts'
import { readIdentity } from './organisation.ts'
import { postgresDialect } from './dialects/postgres.ts'
import { sqliteDialect } from './dialects/sqlite.ts'
import { createStore } from './store.ts'
import type { Vault } from './sealing/vault.ts'

// A server derives the ids of what feeds and rules make, many with each message.
digestBy((text) => hash('sha256', text, 'buffer'))

/**
 * Opens the store, brings its tables up to date and makes keys at the first start. Throws `server.data-in-use`,
 * `server.data-unwritable`, `server.database`, `server.key`, `server.config`. `between`: what tests put between the store
 * and its database.
 */
export async function openStore(
  options: StoreOptions,
  between: (dialect: Dialect) => Dialect = (dialect) => dialect,
): Promise<Store> {
  const dialect = between(
    options.databaseUrl === undefined
      ? sqliteDialect(options.dataFolder)
      : await postgresDialect(options.databaseUrl, options.schema ?? 'rounds'),
  )
  try {
    return createStore(dialect, await prepare(dialect, options))
  } catch (error) {
    await dialect.close()
    throw error
  }
}

async function prepare(dialect: Dialect, options: StoreOptions): Promise<Vault> {
  const vault = await dialect.write(async (executor) => {
    await dialect.lockMigrations(executor)
    await migrate(executor, dialect.columns)
    return openVault(executor, options)
  })
  await readIdentity(dialect.reader, vault)
  if (options.logAhead === true) await dialect.layOut()
  // What lies here already is no news to those who listen from now on.
  dialect.changes.begin(await readCounters(dialect.reader))
  return vault
}

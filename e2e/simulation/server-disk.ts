import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Dialect } from '#sync-server/store/dialects/dialect.ts'
import type { OwnDatabase } from './own-database.ts'

/** The disk under a server's database, which has no room for a while. */
export type ServerDisk = { fill(): Promise<void>; makeRoom(): Promise<void> }

/** As PostgreSQL services do it: nothing is written until there is room, and whoever was at it is cut off. */
export function diskOfPostgres(database: OwnDatabase): ServerDisk {
  return {
    fill: () => database.onlyRead(true),
    makeRoom: () => database.onlyRead(false),
  }
}

/** SQLite itself says that the disk is full, in whichever statement needs the page that there is no room for. */
export function diskOfSqlite(marker: string): ServerDisk {
  return {
    fill: () => writeFile(marker, ''),
    makeRoom: () => rm(marker, { force: true }),
  }
}

/** The most pages of a SQLite file. */
const NO_LIMIT = 4_294_967_294
/** Pages that are left on a disk that is called full: some writes still fit. */
const LEFT = 2

/** Within the server: while the marker lies there, its database does not grow. It outlives the process, as a full disk does. */
export function onDisk(marker: string): (dialect: Dialect) => Dialect {
  let full = false
  return (dialect) => ({
    ...dialect,
    write: (work) =>
      dialect.write(async (executor) => {
        if (existsSync(marker) !== full) {
          full = !full
          const limit = full ? (await pagesOf(executor)) + LEFT : NO_LIMIT
          await sql`pragma max_page_count = ${sql.lit(limit)}`.execute(executor)
        }
        return work(executor)
      }),
  })
}

async function pagesOf(executor: Parameters<Parameters<Dialect['write']>[0]>[0]): Promise<number> {
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(executor)
  return rows[0]?.page_count ?? 0
}

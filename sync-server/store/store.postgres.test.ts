import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { postgresTables } from './testing/postgres-tables.ts'
import { openStore } from './index.ts'
import { storeContract } from './testing/store-contract.ts'
import type { StoreSite } from './testing/store-contract.ts'

storeContract('PostgreSQL', async (): Promise<StoreSite> => {
  const { url, schema, drop } = await postgresTables()
  const root = await mkdtemp(join(tmpdir(), 'rounds-store-'))
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
  await client.connect()
  return {
    open: () => openStore({ dataFolder: join(root, 'data'), databaseUrl: url, schema }),
    bytes: () => everyByte(client),
    async sql(statement) {
      await client.query(statement)
    },
    async dispose() {
      await client.end()
      await drop()
      await rm(root, { recursive: true, force: true })
    },
  }
})

/** What a dump holds: every column of every table, binary ones as their bytes. */
async function everyByte(client: pg.Client): Promise<Buffer> {
  const tables = await client.query<{ name: string }>(
    'select table_name as name from information_schema.tables where table_schema = current_schema()',
  )
  const parts: Buffer[] = []
  for (const { name } of tables.rows) {
    const { rows } = await client.query<Record<string, unknown>>(`select * from "${name}"`)
    for (const value of rows.flatMap((row) => Object.values(row))) {
      parts.push(Buffer.isBuffer(value) ? value : Buffer.from(`${JSON.stringify(value)}\n`))
    }
  }
  return Buffer.concat(parts)
}

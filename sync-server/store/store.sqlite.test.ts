import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { openStore } from './index.ts'
import { storeContract } from './testing/store-contract.ts'
import type { StoreSite } from './testing/store-contract.ts'

storeContract('SQLite', async (): Promise<StoreSite> => {
  const root = await mkdtemp(join(tmpdir(), 'rounds-store-'))
  const dataFolder = join(root, 'data')
  return {
    open: () => openStore({ dataFolder }),
    async bytes() {
      const names = await readdir(dataFolder)
      return Buffer.concat(await Promise.all(names.map((name) => readFile(join(dataFolder, name)))))
    },
    async sql(statement) {
      const database = new SqliteDatabase(join(dataFolder, 'rounds.sqlite'))
      database.exec(statement)
      database.close()
    },
    dispose: () => rm(root, { recursive: true, force: true }),
  }
})

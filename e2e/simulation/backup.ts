import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { keepSchema } from '#sync-server/testing/backup.ts'

/** What was kept of a server's data while it ran; serves once, while the server is stopped. */
export type Backup = { putBack(): Promise<void> }

/** As docs/operations.md has it. */
export async function backUpSqlite(dataFolder: string): Promise<Backup> {
  const [file, kept] = [join(dataFolder, 'rounds.sqlite'), join(dataFolder, 'backup.sqlite')]
  const source = new SqliteDatabase(file)
  source.prepare('vacuum into ?').run(kept)
  source.close()
  return {
    async putBack() {
      for (const part of ['', '-wal', '-shm']) await rm(`${file}${part}`, { force: true })
      await copyFile(kept, file)
      await rm(kept)
    },
  }
}

export async function backUpPostgres(url: string): Promise<Backup> {
  return { putBack: await keepSchema({ url, schema: 'rounds' }) }
}

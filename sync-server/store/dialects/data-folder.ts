import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { AppError } from '#app/kernel/index.ts'

/**
 * Makes the folder if need be and holds it for this process until the returned function is called. The lock is the
 * operating system's, taken through SQLite, so that it ends with its process however that ends: no stale lock, no
 * mistaken process id. The `server.pid` beside it only tells people who holds it.
 */
export function holdDataFolder(folder: string): () => void {
  const pidFile = join(folder, 'server.pid')
  const lock = openLock(folder)
  try {
    lock.exec('begin exclusive')
  } catch (cause) {
    lock.close()
    if (!isBusy(cause)) throw new AppError('server.data-unwritable', { folder }, { cause })
    throw new AppError('server.data-in-use', { folder, pid: readPid(pidFile) }, { cause })
  }
  writeFileSync(pidFile, `${process.pid}\n`)
  return () => {
    rmSync(pidFile, { force: true })
    lock.close()
  }
}

function openLock(folder: string): SqliteDatabase.Database {
  try {
    makeFolder(folder)
    return new SqliteDatabase(join(folder, 'server.lock'), { timeout: 0 })
  } catch (cause) {
    throw new AppError('server.data-unwritable', { folder }, { cause })
  }
}

/** Level by level: below /proc, which takes no folders, Node's `recursive` tries for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (cause) {
    if (!existsSync(folder)) throw cause
  }
}

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

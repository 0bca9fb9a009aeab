import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

const PIECE = Buffer.alloc(1024 * 1024)

/**
 * Makes SQLite's log as long at once as it becomes before it is begun anew. What is written over bytes that are there
 * already is durable by one flush of the disk; a file that grows has its own length and place to be made durable, too. SQLite
 * reads a log for as long as its frames follow each other, and zeros are no frame. To be called while nobody writes.
 */
export async function layOutLog(file: string, length: number): Promise<void> {
  const log = await open(file, 'r+').catch(() => null)
  if (log === null) return
  const { size } = await log.stat()
  try {
    await fill(log, size, length)
  } catch {
    // No room for it: then the log grows as it is needed.
    await log.truncate(size)
  } finally {
    await log.close()
  }
}

async function fill(log: FileHandle, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += PIECE.length) {
    await log.write(PIECE, 0, Math.min(PIECE.length, to - at), at)
  }
  await log.datasync()
}

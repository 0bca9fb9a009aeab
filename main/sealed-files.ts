import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Small files that only their owner can read: mode 0600, in a folder of mode 0700. Writing is atomic and durable. */
export type SealedFiles = {
  read(name: string): Promise<Buffer | null>
  write(name: string, bytes: Buffer): Promise<void>
  /** Overwrites before it unlinks. On flash storage that is an effort, no proof. */
  remove(name: string): Promise<void>
}

export function sealedFiles(folder: string): SealedFiles {
  return {
    async read(name) {
      const path = join(folder, name)
      return existsSync(path) ? readFile(path) : null
    },
    async write(name, bytes) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await chmod(folder, 0o700)
      const path = join(folder, name)
      const draft = await open(`${path}.new`, 'w', 0o600)
      try {
        await draft.writeFile(bytes)
        await draft.sync()
      } finally {
        await draft.close()
      }
      await rename(`${path}.new`, path)
    },
    async remove(name) {
      const path = join(folder, name)
      if (existsSync(path)) await overwrite(path)
      await rm(path, { force: true })
    },
  }
}

async function overwrite(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    await file.write(randomBytes(size), 0, size, 0)
    await file.sync()
  } finally {
    await file.close()
  }
}

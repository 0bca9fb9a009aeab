import { readFile } from 'node:fs/promises'
import { AppError } from '#app/kernel/index.ts'

/** A file of certificates or a key. Throws `server.config`, naming the setting, where it can't be read. */
export async function readPem(setting: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new AppError('server.config', { setting, expected: 'A file that can be read.' }, { cause })
  }
}

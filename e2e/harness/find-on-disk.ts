import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The files below a folder in which one of the texts can be read, in UTF-8 or UTF-16: how somebody who steals the disk
 * would look. Answers `file: text`.
 */
export async function findOnDisk(folder: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const bytes = await readFile(file)
    for (const text of texts) {
      if (bytes.includes(text, 0, 'utf8') || bytes.includes(text, 0, 'utf16le'))
        found.push(`${file}: ${text}`)
    }
  }
  return found
}

import { createHash, createPublicKey, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { AppError } from '#app/kernel/index.ts'

/** What a client pins of a key: SHA-256 of its public half (SPKI), base64. */
export function pinOfKey(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')
}

/** Of a private key, PEM. */
export function pinOfSecret(pem: string): string {
  return pinOfKey(createPublicKey(pem))
}

/** Where the key lies that comes after the one of the certificate in `file`. */
export function nextKeyFile(file: string): string {
  return `${file}.next`
}

export async function readNextKey(file: string): Promise<string | null> {
  const next = nextKeyFile(file)
  return existsSync(next) ? readFile(next, 'utf8') : null
}

/** Whole or not at all, and for nobody else to read. Throws `server.data-unwritable`. */
export async function replaceSecretFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true })
    await rename(draft, file)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new AppError('server.data-unwritable', { folder: file }, { cause })
  }
}

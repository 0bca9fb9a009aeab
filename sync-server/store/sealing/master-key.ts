import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '#app/kernel/index.ts'
import type { StoreOptions } from '../contract.ts'

const KEY_BYTES = 32

/**
 * The master key from the setting or the key file. A missing key file is made only where nothing is sealed yet: beside
 * data that another key sealed, a new one would help nobody.
 */
export function readMasterKey(options: StoreOptions, sealed: 'nothing sealed' | 'data sealed'): Buffer {
  if (options.masterKey !== undefined) return decoded(options.masterKey, 'ROUNDS_MASTER_KEY')
  const file = keyFileOf(options)
  if (sealed === 'nothing sealed') makeKeyFile(file)
  return decoded(readKeyFile(file), 'ROUNDS_KEY_FILE')
}

export function keyFileOf(options: Pick<StoreOptions, 'dataFolder' | 'keyFile'>): string {
  return options.keyFile ?? `${options.dataFolder.replace(/[/\\]+$/, '')}.key`
}

/**
 * Written whole and durable before it gets its name, by a link, which never replaces a file: the loss of a key is the
 * loss of the data, and of two servers that start at once both read one key.
 */
function makeKeyFile(file: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    const key = `${randomBytes(KEY_BYTES).toString('base64')}\n`
    writeFileSync(draft, key, { mode: 0o600, flag: 'wx', flush: true })
    linkSync(draft, file)
    syncFolder(dirname(file))
  } catch (cause) {
    if (!isErrno(cause, 'EEXIST')) throw new AppError('server.data-unwritable', { folder: file }, { cause })
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Makes the new name durable. Windows does not open folders, and needs no such help. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('server.key', { folder: file }, { cause })
  }
}

function decoded(text: string, setting: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== KEY_BYTES) {
    throw new AppError('server.config', { setting, expected: 'Give 32 random bytes in base64.' })
  }
  return key
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

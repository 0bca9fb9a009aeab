import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { AppError } from '#app/kernel/index.ts'
import type { StoreOptions } from './contract.ts'

const KEY_BYTES = 32

/** The master key from the setting or the key file; the file is made at the first start, for its owner's eyes only. */
export function readMasterKey(options: StoreOptions): Buffer {
  if (options.masterKey !== undefined) return decoded(options.masterKey, 'ROUNDS_MASTER_KEY')
  const file = keyFileOf(options)
  return decoded(readOrMake(file), 'ROUNDS_KEY_FILE')
}

export function keyFileOf(options: Pick<StoreOptions, 'dataFolder' | 'keyFile'>): string {
  return options.keyFile ?? `${options.dataFolder.replace(/[/\\]+$/, '')}.key`
}

function readOrMake(file: string): string {
  try {
    // `wx` never overwrites: the loss of a key is the loss of the data.
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
  } catch (error) {
    if (!isErrno(error, 'EEXIST'))
      throw new AppError('server.data-unwritable', { folder: file }, { cause: error })
  }
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

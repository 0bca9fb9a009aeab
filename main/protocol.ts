import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { clientPolicy, NONCE_PLACE } from '#app/host/index.ts'
import { isOwnAddress } from './policy.ts'

// `app://rounds/...` serves the client's built folder and nothing else.

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

const PAGE = 'index.html'

/**
 * The file of the client an address stands for, relative to its folder with slashes, or null. An address without an
 * extension is a place inside the client, and gets its page.
 */
export function clientFile(address: string): string | null {
  if (!isOwnAddress(address)) return null
  const path = decoded(new URL(address).pathname)
  if (path === null) return null
  const parts = path.split('/').filter((part) => part !== '')
  if (!parts.every(isPlainName)) return null
  const last = parts.at(-1)
  if (last === undefined || extname(last) === '') return PAGE
  return Object.hasOwn(types, extname(last)) ? parts.join('/') : null
}

/** A name of a file or folder that no file system reads as a step elsewhere. */
function isPlainName(part: string): boolean {
  return /^[\w@~-][\w.@~-]*$/.test(part)
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

export type ClientAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

export type ClientSource = {
  readonly folder: string
  readonly serverUrl: string
  newNonce(): string
}

/** The answer to one request; reads from the folder only what `clientFile` names. */
export async function answerClient(
  source: ClientSource,
  method: string,
  address: string,
): Promise<ClientAnswer> {
  const file = method === 'GET' || method === 'HEAD' ? clientFile(address) : null
  const bytes = file === null ? null : await readFile(join(source.folder, file)).catch(() => null)
  if (file === null || bytes === null)
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found' }
  const nonce = source.newNonce()
  const connect = source.serverUrl === '' ? [] : [new URL(source.serverUrl).origin]
  return {
    status: 200,
    headers: {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': clientPolicy({ nonce, connect }),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    },
    body: file === PAGE ? bytes.toString('utf8').replaceAll(NONCE_PLACE, nonce) : bytes,
  }
}

import type { Id } from '#app/kernel/index.ts'
import { newId } from '#app/kernel/index.ts'
import { createTransport } from '#renderer/replica/index.ts'
import type { Signer } from '#renderer/replica/index.ts'
import type { MemoryDisk } from '#renderer/replica/testing/memory-disk.ts'
import type { StorageKeys } from '#renderer/replica/storage/index.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'

/** What of a device outlives its process: keys and disk. Handed from one worker thread to the next after a crash. */
export type Seat = {
  readonly replicaId: Id
  readonly login: string
  readonly dataKey: Uint8Array<ArrayBuffer>
  /** Ed25519, PKCS #8 and raw. */
  readonly deviceKey: { readonly secret: Uint8Array<ArrayBuffer>; readonly public: Uint8Array<ArrayBuffer> }
  /** Null until the first start: then the device enrols. */
  readonly disk: DiskContent | null
}

export type DiskContent = Pick<MemoryDisk, 'pages' | 'pieces' | 'head' | 'header'>

const { subtle } = crypto

export async function newSeat(login: string): Promise<Seat> {
  const pair: CryptoKeyPair = await subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  const secret = new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey))
  const shown = new Uint8Array(await subtle.exportKey('raw', pair.publicKey))
  const dataKey = crypto.getRandomValues(new Uint8Array(32))
  return { replicaId: newId(), login, dataKey, deviceKey: { secret, public: shown }, disk: null }
}

/** `label`: what the console calls the device. */
export function enrolSeat(
  serverUrl: string,
  { login, replicaId, deviceKey }: Seat,
  { label, fetch: by = fetch }: { readonly label: string; readonly fetch?: typeof fetch },
) {
  const publicKey = Buffer.from(deviceKey.public).toString('base64')
  return createTransport(serverUrl, { fetch: by }).call('enrol', {
    login,
    password: DEMO_PASSWORD,
    device: { replicaId, label, host: 'browser', publicKey },
  })
}

export async function keysOf(seat: Seat): Promise<StorageKeys> {
  const key = await subtle.importKey('raw', seat.dataKey, 'AES-GCM', false, ['encrypt', 'decrypt'])
  return { epoch: 1, dataKey: (epoch) => (epoch === 1 ? key : undefined) }
}

export function signerOf(seat: Seat): Signer {
  return {
    publicKey: () => Promise.resolve(Buffer.from(seat.deviceKey.public).toString('base64')),
    sign: (text) => signatureOf(seat, text),
  }
}

async function signatureOf(seat: Seat, text: string): Promise<string> {
  const key = await subtle.importKey('pkcs8', seat.deviceKey.secret, 'Ed25519', false, ['sign'])
  return Buffer.from(await subtle.sign('Ed25519', key, Buffer.from(text, 'utf8'))).toString('base64')
}

export function fillDisk(disk: MemoryDisk, content: DiskContent | null): void {
  if (content === null) return
  for (const [key, page] of content.pages) disk.pages.set(key, page)
  for (const [key, piece] of content.pieces) disk.pieces.set(key, piece)
  disk.head = content.head
  disk.header = content.header
}

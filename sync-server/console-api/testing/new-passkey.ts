import { createHash, generateKeyPairSync } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import { newId } from '#app/kernel/index.ts'
import type { ConsoleRequest } from '../protocol/console.ts'

/** What an authenticator answers to whom it is asked to serve, without a word of who made it. */
export function newPasskey(origin: string, challenge: string): ConsoleRequest<'add-passkey'> {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    format: 'jwk',
  })
  const key = new Map<number, number | Uint8Array>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ])
  const credential = Buffer.from(newId())
  const site = createHash('sha256').update(new URL(origin).hostname).digest()
  // User present, and a credential with it; no use so far.
  const flags = Buffer.from([0x41, 0, 0, 0, 0])
  const length = Buffer.from([0, credential.length])
  const authData = Buffer.concat([site, flags, Buffer.alloc(16), length, credential, isoCBOR.encode(key)])
  const attestation = new Map<string, unknown>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', new Uint8Array(authData)],
  ])
  const id = credential.toString('base64url')
  const client = JSON.stringify({ type: 'webauthn.create', challenge, origin })
  return {
    label: 'Key ring',
    response: {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: Buffer.from(client).toString('base64url'),
        attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url'),
      },
    },
  }
}

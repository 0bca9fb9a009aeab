import { z } from 'zod'

// The public keys by which a machine proves itself (RFC 7517, RFC 7518 section 6). Strict, so that a private key is never
// taken for one by mistake: its members are refused.

const shared = {
  kid: z.exactOptional(z.string().min(1).max(256)),
  use: z.exactOptional(z.literal('sig')),
  key_ops: z.exactOptional(z.array(z.literal('verify'))),
}
const number = z.string().regex(/^[\w-]{1,2048}$/, 'Must be base64url.')

/** For RS384, 2048 bits at least: 256 bytes are 342 characters. */
const rsaKeySchema = z.strictObject({
  kty: z.literal('RSA'),
  n: number.min(342, 'Must have 2048 bits at least.'),
  e: number,
  alg: z.exactOptional(z.literal('RS384')),
  ...shared,
})

const curveKeySchema = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-384'),
  x: number.length(64),
  y: number.length(64),
  alg: z.exactOptional(z.literal('ES384')),
  ...shared,
})

export const publicKeySetSchema = z.strictObject({
  keys: z
    .array(z.discriminatedUnion('kty', [rsaKeySchema, curveKeySchema]))
    .min(1)
    .max(8),
})

/** Where a client may publish its keys: by TLS, or on this machine, for trying things out. */
export function isKeyAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username } = new URL(text)
  const local = hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]'
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && local))
}

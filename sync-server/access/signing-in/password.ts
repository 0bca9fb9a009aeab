import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'

// Passwords are kept as Argon2id (RFC 9106). Stored parameters are bounds-checked, so that a tampered row can't make
// the server spend gigabytes.

const derive = promisify(argon2)

/** RFC 9106 section 4, second recommended option: 64 MiB, three passes, four lanes. */
const strong = { memory: 65_536, passes: 3, parallelism: 4, tagLength: 32 } as const

export type PasswordStrength = {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

const storedSchema = z.strictObject({
  memory: z.coerce.number().int().min(8_192).max(1_048_576),
  passes: z.coerce.number().int().min(1).max(16),
  parallelism: z.coerce.number().int().min(1).max(16),
  salt: z.base64(),
  hash: z.base64(),
})

/** Hashes a password into one line: `argon2id$memory$passes$parallelism$salt$hash`. */
export async function hashPassword(password: string, strength: PasswordStrength = strong): Promise<string> {
  const salt = randomBytes(16)
  const { memory, passes, parallelism } = strength
  const hash = await derive('argon2id', {
    message: normal(password),
    nonce: salt,
    ...strength,
    tagLength: 32,
  })
  return ['argon2id', memory, passes, parallelism, salt.toString('base64'), hash.toString('base64')].join('$')
}

/**
 * Whether the password is the one that was hashed. Without a stored hash (an unknown login) the same work is done, so
 * that the time of the answer does not tell whether a login exists.
 */
export async function passwordFits(password: string, stored: string | null): Promise<boolean> {
  const { salt, hash, ...strength } = parseStored(stored ?? (await dummy()))
  const expected = Buffer.from(hash, 'base64')
  const actual = await derive('argon2id', {
    message: normal(password),
    nonce: Buffer.from(salt, 'base64'),
    ...strength,
    tagLength: expected.length,
  })
  return timingSafeEqual(actual, expected) && stored !== null
}

let dummyHash: Promise<string> | undefined
function dummy(): Promise<string> {
  dummyHash ??= hashPassword(randomBytes(16).toString('base64'))
  return dummyHash
}

function parseStored(stored: string): z.infer<typeof storedSchema> {
  const [algorithm, memory, passes, parallelism, salt, hash] = stored.split('$')
  if (algorithm !== 'argon2id') throw new Error('a stored password of an unknown algorithm')
  return storedSchema.parse({ memory, passes, parallelism, salt, hash })
}

/** One text for one password, however the keyboard composed it (NIST SP 800-63B section 3.1.1.2). */
function normal(password: string): string {
  return password.normalize('NFKC')
}

import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { SealedFiles } from './sealed-files.ts'

// The secrets of this machine: for each replica a device secret, which the passphrase alone can't replace, and a device
// key, by which the server knows the machine. Both lie in one file a replica, sealed by the system's keyring, and never
// leave this process.

export type Keeper = {
  /** HMAC-SHA-256 under the device secret; base64 in and out. */
  bindKey(replicaId: Id, purpose: string, input: string): Promise<string>
  /** Whether there are secrets of this replica here. Makes none. */
  knows(replicaId: Id): Promise<boolean>
  /** The raw Ed25519 public key, base64. */
  deviceKey(replicaId: Id): Promise<string>
  /** Ed25519 over the UTF-8 text, base64. */
  sign(replicaId: Id, text: string): Promise<string>
  forget(replicaId: Id): Promise<void>
}

/** The system's keyring. `unseal` says when the seal should be renewed, because the keyring has a newer key. */
export type Keyring = {
  isSecure(): Promise<boolean>
  seal(text: string): Promise<Buffer>
  unseal(bytes: Buffer): Promise<{ text: string; renew: boolean }>
}

const secretsSchema = z.strictObject({
  version: z.literal(1),
  deviceSecret: z.base64().length(44),
  /** PKCS #8, DER. */
  deviceKey: z.base64(),
})
type Secrets = z.infer<typeof secretsSchema>

export function createKeeper(files: SealedFiles, keyring: Keyring): Keeper {
  // One after the other for each replica: two calls at once must not make two secrets.
  const open = new Map<Id, Promise<Secrets>>()

  return {
    async bindKey(replicaId, purpose, input) {
      const { deviceSecret } = await secretsOf(replicaId)
      const hmac = createHmac('sha256', Buffer.from(deviceSecret, 'base64'))
      return hmac.update(`${purpose}\0`).update(Buffer.from(input, 'base64')).digest('base64')
    },
    knows: async (replicaId) => (await files.read(fileOf(replicaId))) !== null,
    async deviceKey(replicaId) {
      return rawPublicKey(privateKey(await secretsOf(replicaId)))
    },
    async sign(replicaId, text) {
      return sign(null, Buffer.from(text, 'utf8'), privateKey(await secretsOf(replicaId))).toString('base64')
    },
    async forget(replicaId) {
      open.delete(replicaId)
      await files.remove(fileOf(replicaId))
    },
  }

  function secretsOf(replicaId: Id): Promise<Secrets> {
    const opened = open.get(replicaId) ?? openOrMake(replicaId)
    open.set(replicaId, opened)
    opened.catch(() => open.delete(replicaId))
    return opened
  }

  async function openOrMake(replicaId: Id): Promise<Secrets> {
    if (!(await keyring.isSecure())) throw new AppError('host.keeper-insecure')
    const sealed = await files.read(fileOf(replicaId))
    if (sealed !== null) return unseal(replicaId, sealed)
    const made = newSecrets()
    await files.write(fileOf(replicaId), await keyring.seal(JSON.stringify(made)))
    return made
  }

  /** A file that does not open is kept: the keyring may be another one today, and the right one tomorrow. */
  async function unseal(replicaId: Id, sealed: Buffer): Promise<Secrets> {
    const { text, renew } = await keyring.unseal(sealed).catch((cause: unknown) => {
      throw new AppError('host.keeper-unreadable', {}, { cause })
    })
    const secrets = secretsSchema.parse(JSON.parse(text))
    if (renew) await files.write(fileOf(replicaId), await keyring.seal(text))
    return secrets
  }
}

function fileOf(replicaId: Id): string {
  return `${replicaId}.sealed`
}

function newSecrets(): Secrets {
  const { privateKey: made } = generateKeyPairSync('ed25519')
  return {
    version: 1,
    deviceSecret: randomBytes(32).toString('base64'),
    deviceKey: made.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  }
}

function privateKey({ deviceKey }: Secrets): KeyObject {
  return createPrivateKey({ key: Buffer.from(deviceKey, 'base64'), format: 'der', type: 'pkcs8' })
}

/** The last 32 bytes of the SubjectPublicKeyInfo are the key itself (RFC 8410 section 4). */
function rawPublicKey(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')
}

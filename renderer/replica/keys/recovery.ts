import type { HostBridge } from '#app/host/index.ts'
import { AppError, sha256Hex } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { base64Of, bytesOf } from '#app/kernel/base64.ts'
import { fingerprintOf } from '#app/recovery/index.ts'
import type { Boxes, RecoveryKeys } from '#app/recovery/index.ts'
import type { KeyRecord } from './key-record.ts'
import { bind, checkStrength, newKdf, withRunner } from './key-ring.ts'
import type { KeyRunner } from './key-work.ts'

// A second way to the root key: a random secret, bound to this machine like a passphrase. It is sealed for two of three
// holders and kept by the server; on this machine it is not. Neither they nor the server open anything without the
// machine, and the machine nothing without two of them.

type Circumstances = { readonly host: HostBridge; readonly runner: KeyRunner }

/** The record with the second wrap, and what has to lie at the server before the record is put on the disk. */
export async function addRecovery(
  { host, runner }: Circumstances,
  input: {
    readonly record: KeyRecord
    readonly passphrase: string
    readonly deviceId: Id
    readonly keys: RecoveryKeys
  },
): Promise<{ record: KeyRecord; boxes: Boxes }> {
  const { record, passphrase, deviceId, keys } = input
  const { replicaId, kdf, wraps } = record
  const secret = crypto.getRandomValues(new Uint8Array(32))
  return withRunner(runner, async (work) => {
    const bound = await bind({ host, work, replicaId, passphrase, kdf })
    const next = await bindSecret(host, replicaId, secret)
    const second = await work.rewrap({ bound, next, replicaId, wraps })
    for (const bytes of [bound, next]) bytes.fill(0)
    if (second === null) throw new AppError('replica.passphrase')
    const boxes = await work.sealRecovery({ keys, replicaId, secret })
    secret.fill(0)
    const recovery = { deviceId, keys: fingerprintOf(keys), root: second.root }
    return { record: { ...record, recovery }, boxes }
  })
}

/** The public key that a request is answered for. Nothing of the pair is kept: the machine makes it again. */
export async function recoveryKeyFor(
  { host, runner }: Circumstances,
  replicaId: Id,
  requestId: Id,
): Promise<string> {
  const seed = await seedOf(host, replicaId, requestId)
  return withRunner(runner, (work) => work.recoveryKey({ seed }))
}

/** The record under a new passphrase. Throws `recovery.refused`, `replica.passphrase-weak`. */
export async function recoveredRecord(
  { host, runner }: Circumstances,
  input: {
    readonly record: KeyRecord
    readonly requestId: Id
    readonly box: string
    readonly passphrase: string
  },
): Promise<KeyRecord> {
  const { record, requestId, box, passphrase } = input
  const { replicaId, recovery, wraps } = record
  checkStrength(passphrase)
  if (recovery === undefined) throw new AppError('recovery.none')
  const seed = await seedOf(host, replicaId, requestId)
  return withRunner(runner, async (work) => {
    const secret = await work.openRecovery({ seed, box })
    if (secret === null) throw new AppError('recovery.refused')
    const kdf = newKdf()
    const bound = await bindSecret(host, replicaId, secret)
    const next = await bind({ host, work, replicaId, passphrase, kdf })
    const rewrapped = await work.rewrap({ bound, next, replicaId, wraps: { ...wraps, root: recovery.root } })
    for (const bytes of [secret, bound, next]) bytes.fill(0)
    if (rewrapped === null) throw new AppError('recovery.refused')
    return { ...record, kdf, wraps: { ...wraps, root: rewrapped.root } }
  })
}

async function bindSecret(
  host: HostBridge,
  replicaId: Id,
  secret: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { output } = await host.call('bindKey', { replicaId, purpose: 'recovery', input: base64Of(secret) })
  return bytesOf(output)
}

/** Of this machine and this request: whoever copies the request elsewhere gets another key. */
async function seedOf(host: HostBridge, replicaId: Id, requestId: Id): Promise<Uint8Array<ArrayBuffer>> {
  const digest = sha256Hex(`rounds-recovery-request-v1 ${requestId}`)
  const input = base64Of(Uint8Array.from(digest, (letter) => letter.charCodeAt(0)))
  const { output } = await host.call('bindKey', { replicaId, purpose: 'recovery', input })
  return bytesOf(output)
}

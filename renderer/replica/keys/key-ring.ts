import type { HostBridge } from '#app/host/index.ts'
import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { base64Of, bytesOf } from '#app/kernel/base64.ts'
import type { PassphraseStrength } from '#app/protocol/index.ts'
import type { Kdf, KeyRecord } from './key-record.ts'
import type { KeyRunner, KeyWork, OpenedKeys } from './key-work.ts'

/** The open keys of one replica. They can be used, not read. */
export type KeyRing = {
  readonly replicaId: Id
  /** The epoch that new pages are sealed under. */
  readonly epoch: number
  /** All epochs whose keys are here, the oldest first. */
  epochs(): readonly number[]
  /** AES-256-GCM; undefined for an epoch that this replica never had, and after `close`. */
  dataKey(epoch: number): CryptoKey | undefined
  /** Wraps the device key that the browser host keeps, and nothing else; null after `close`. */
  hostKey(): CryptoKey | null
  close(): void
}

/** The ring as its keeper has it: rotation brings keys and takes them away. */
export type OwnKeyRing = KeyRing & {
  /** For wrapping new data keys; null after `close`. */
  epochKey(): CryptoKey | null
  /** Null after `close`. */
  leaseKey(): CryptoKey | null
  /** For sealing what only the passphrase opens; null after `close`. */
  emergencyLock(): Uint8Array<ArrayBuffer> | null
  adopt(epoch: number, key: CryptoKey): void
  drop(epoch: number): void
}

export const MIN_PASSPHRASE = 12

type Circumstances = { readonly host: HostBridge; readonly runner: KeyRunner }

/** New keys for a new replica. The record goes into the page store's header before anything is sealed. */
export async function createKeyRing(
  options: Circumstances & { readonly replicaId: Id; readonly passphrase: string },
): Promise<{ ring: OwnKeyRing; record: KeyRecord }> {
  const { host, replicaId, passphrase } = options
  checkStrength(passphrase)
  return withRunner(options.runner, async (work) => {
    const kdf = newKdf()
    const bound = await bind({ host, work, replicaId, passphrase, kdf })
    const { wraps, keys } = await work.create({ bound, replicaId })
    bound.fill(0)
    return { ring: ringOf(replicaId, keys), record: { format: 2, replicaId, kdf, wraps } }
  })
}

/** Throws `replica.passphrase` where passphrase or machine is not the one that the keys were made with. */
export async function openKeyRing(
  options: Circumstances & { readonly record: KeyRecord; readonly passphrase: string },
): Promise<OwnKeyRing> {
  const { host, passphrase } = options
  const { replicaId, kdf, wraps } = options.record
  return withRunner(options.runner, async (work) => {
    const bound = await bind({ host, work, replicaId, passphrase, kdf })
    const keys = await work.open({ bound, replicaId, wraps })
    bound.fill(0)
    if (keys === null) throw new AppError('replica.passphrase')
    return ringOf(replicaId, keys)
  })
}

/**
 * The key of an emergency set, by the passphrase once more: no key that is open gives it. Throws `replica.passphrase`,
 * `emergency.damaged` for a box that was not sealed here.
 */
export async function openEmergencyKey(
  options: Circumstances & { readonly record: KeyRecord; readonly passphrase: string; readonly box: string },
): Promise<CryptoKey> {
  const { host, passphrase, box } = options
  const { replicaId, kdf, wraps } = options.record
  return withRunner(options.runner, async (work) => {
    const bound = await bind({ host, work, replicaId, passphrase, kdf })
    const opened = await work.openEmergency({ bound, replicaId, wraps, box })
    bound.fill(0)
    if (opened === null) throw new AppError('replica.passphrase')
    if (opened.key === null) throw new AppError('emergency.damaged')
    return opened.key
  })
}

/** The record under the next passphrase; the old one holds until the answer is in the page store's header. */
export async function changePassphrase(
  options: Circumstances & { readonly record: KeyRecord; readonly passphrase: string; readonly next: string },
): Promise<KeyRecord> {
  const { host, record } = options
  const { replicaId, wraps } = record
  checkStrength(options.next)
  return withRunner(options.runner, async (work) => {
    const kdf = newKdf()
    const bound = await bind({ host, work, replicaId, passphrase: options.passphrase, kdf: record.kdf })
    const next = await bind({ host, work, replicaId, passphrase: options.next, kdf })
    const rewrapped = await work.rewrap({ bound, next, replicaId, wraps })
    bound.fill(0)
    next.fill(0)
    if (rewrapped === null) throw new AppError('replica.passphrase')
    return { ...record, kdf, wraps: rewrapped }
  })
}

/** How hard a passphrase is to guess; null where that could not be measured: nothing waits for it, and nothing fails by it. */
export function measuredPassphrase(
  runner: KeyRunner,
  passphrase: string,
): Promise<PassphraseStrength | null> {
  return withRunner(runner, (work) => work.measure({ passphrase })).catch(() => null)
}

export async function withRunner<Result>(
  runner: KeyRunner,
  task: (work: KeyWork) => Promise<Result>,
): Promise<Result> {
  const session = runner()
  try {
    return await task(session)
  } finally {
    session.end()
  }
}

/** Passphrase to bytes that only this machine can make: Argon2id, then HMAC under the device secret. */
export async function bind(input: {
  host: HostBridge
  work: KeyWork
  replicaId: Id
  passphrase: string
  kdf: Kdf
}): Promise<Uint8Array<ArrayBuffer>> {
  const { host, work, replicaId, kdf } = input
  // One passphrase, however the keyboard composes its letters.
  const stretched = await work.stretch({ passphrase: input.passphrase.normalize('NFC'), kdf })
  const payload = { replicaId, purpose: 'kek', input: base64Of(stretched) } as const
  stretched.fill(0)
  const { output } = await host.call('bindKey', payload)
  return bytesOf(output)
}

function ringOf(replicaId: Id, keys: OpenedKeys): OwnKeyRing {
  const dataKeys = new Map(keys.dataKeys)
  let open: OpenedKeys | null = keys
  let current = keys.epoch
  return {
    replicaId,
    get epoch() {
      return current
    },
    epochs: () => [...dataKeys.keys()].toSorted((a, b) => a - b),
    dataKey: (epoch) => dataKeys.get(epoch),
    hostKey: () => open?.hostKey ?? null,
    epochKey: () => open?.epochKey ?? null,
    leaseKey: () => open?.leaseKey ?? null,
    emergencyLock: () => open?.emergencyLock ?? null,
    adopt(epoch, key) {
      if (open === null) return
      dataKeys.set(epoch, key)
      current = Math.max(current, epoch)
    },
    drop: (epoch) => void dataKeys.delete(epoch),
    close() {
      open = null
      dataKeys.clear()
    },
  }
}

export function newKdf(): Kdf {
  const salt = base64Of(crypto.getRandomValues(new Uint8Array(16)))
  return { algorithm: 'argon2id13', memory: 64 * 1024 * 1024, passes: 3, salt }
}

export function checkStrength(passphrase: string): void {
  if (Array.from(passphrase.normalize('NFC')).length < MIN_PASSPHRASE) {
    throw new AppError('replica.passphrase-weak', { least: MIN_PASSPHRASE })
  }
}

import type { HostBridge } from '#app/host/index.ts'
import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { base64Of, bytesOf } from '#app/kernel/base64.ts'
import type { EscrowRequest, PassphraseStrength } from '#app/protocol/index.ts'
import { fingerprintOf } from '#app/recovery/index.ts'
import type { RecoveryKeys } from '#app/recovery/index.ts'
import { leaseSchema } from '../lease/lease.ts'
import type { Lease } from '../lease/lease.ts'
import { noticedSchema } from '../lease/noticed.ts'
import type { Noticed } from '../lease/noticed.ts'
import type { KeyRecord } from './key-record.ts'
import { changePassphrase, measuredPassphrase, openEmergencyKey, withRunner } from './key-ring.ts'
import type { KeyRing, OwnKeyRing } from './key-ring.ts'
import type { EmergencyBox, KeyRunner } from './key-work.ts'
import { addRecovery } from './recovery.ts'
import { seal, unseal } from './seal.ts'

/** The open keys of a replica and the record they came from. A change counts once the record is on the disk. */
export type ReplicaKeys = {
  readonly ring: KeyRing
  /** The data stays as it is: only the wrap of the root key is made anew. Throws `replica.passphrase`, `replica.passphrase-weak`. */
  changePassphrase(current: string, next: string): Promise<void>
  /** How hard it is to guess; null where that could not be measured. */
  measure(passphrase: string): Promise<PassphraseStrength | null>
  /** Makes a new data key; from then on pages are sealed under it. Answers its epoch. */
  addEpoch(): Promise<number>
  /** Forgets the keys of these epochs for good: no page may need them. The current one stays. */
  dropEpochs(epochs: readonly number[]): Promise<void>
  /** The fingerprint of the recovery key that this copy is set aside for; null where it can't be recovered. */
  recovery(): string | null
  /**
   * Sets the copy aside for these recovery keys, in the place of any others. What `escrow` is given has to lie at the
   * server before it counts. Throws `replica.passphrase`, and what `escrow` throws.
   */
  setAside(input: {
    readonly passphrase: string
    readonly deviceId: Id
    readonly keys: RecoveryKeys
    readonly escrow: (request: EscrowRequest) => Promise<unknown>
  }): Promise<void>
  /** A fresh key that seals one emergency set, and the box that gives the key for opening it. */
  sealEmergency(): Promise<EmergencyBox>
  /** Throws `replica.passphrase`, `emergency.damaged`. The key is of this call: nothing here keeps it. */
  openEmergency(passphrase: string, box: string): Promise<CryptoKey>
  /** Null where the record has none, or one that somebody changed: the one beside the data decides then. */
  lease(): Promise<Lease | null>
  keepLease(lease: Lease): Promise<void>
  /** Nothing where somebody took it out of the record, or changed it: a record on a disk keeps nobody honest. */
  noticed(): Promise<Noticed>
  keepNoticed(noticed: Noticed): Promise<void>
  close(): void
}

type ReplicaKeysOptions = {
  readonly host: HostBridge
  readonly runner: KeyRunner
  readonly ring: OwnKeyRing
  readonly record: KeyRecord
  /** Puts the record in the place of the one before, at once and durably: killed meanwhile, one of the two is there. */
  readonly keep: (record: KeyRecord) => Promise<void>
}

export function replicaKeys({ host, runner, ring, record: first, keep }: ReplicaKeysOptions): ReplicaKeys {
  let record = first
  let tail: Promise<unknown> = Promise.resolve()

  /** One after the other: each change starts from the record that the one before left. */
  function inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const turn = tail.then(change)
    tail = turn.catch(() => undefined)
    return turn
  }

  async function replace(next: KeyRecord): Promise<void> {
    try {
      await keep(next)
    } catch (cause) {
      throw new AppError('replica.write-failed', {}, { cause })
    }
    record = next
  }

  /** Null where the record has none, or one that does not open. */
  async function unsealed(part: GatePart): Promise<unknown> {
    const [key, sealed] = [ring.leaseKey(), record[part]]
    if (sealed === undefined || key === null) return null
    const plain = await unseal(key, bytesOf(sealed), gatePlace(part, record))
    return plain && JSON.parse(new TextDecoder().decode(plain))
  }

  function keepSealed(part: GatePart, value: unknown): Promise<void> {
    return inTurn(async () => {
      const key = ring.leaseKey()
      if (key === null) throw new AppError('replica.locked')
      const plain = new TextEncoder().encode(JSON.stringify(value))
      await replace({ ...record, [part]: base64Of(await seal(key, plain, gatePlace(part, record))) })
    })
  }

  return {
    ring,
    measure: (passphrase) => measuredPassphrase(runner, passphrase),
    changePassphrase: (passphrase, next) =>
      inTurn(async () => replace(await changePassphrase({ host, runner, record, passphrase, next }))),
    addEpoch: () =>
      inTurn(async () => {
        const epochKey = ring.epochKey()
        if (epochKey === null) throw new AppError('replica.locked')
        const { replicaId, wraps } = record
        const epoch = Math.max(...wraps.epochs.map((wrap) => wrap.epoch)) + 1
        const made = await withRunner(runner, (work) => work.addEpoch({ epochKey, epoch, replicaId }))
        await replace({ ...record, wraps: { ...wraps, epochs: [...wraps.epochs, made.wrap] } })
        // Only now: a page under a key that no record holds could never be opened again.
        ring.adopt(epoch, made.key)
        return epoch
      }),
    dropEpochs: (epochs) =>
      inTurn(async () => {
        const dropped = new Set(epochs.filter((epoch) => epoch !== ring.epoch))
        if (dropped.size === 0) return
        const kept = record.wraps.epochs.filter(({ epoch }) => !dropped.has(epoch))
        await replace({ ...record, wraps: { ...record.wraps, epochs: kept } })
        for (const epoch of dropped) ring.drop(epoch)
      }),
    recovery: () => record.recovery?.keys ?? null,
    async setAside({ passphrase, deviceId, keys, escrow }) {
      const input = { record, passphrase, deviceId, keys }
      const { record: next, boxes } = await addRecovery({ host, runner }, input)
      // Not in turn: a session that this waits for keeps its lease in the record.
      await escrow({ keys: fingerprintOf(keys), boxes })
      const { recovery } = next
      if (recovery !== undefined) await inTurn(() => replace({ ...record, recovery }))
    },
    async sealEmergency() {
      const lock = ring.emergencyLock()
      if (lock === null) throw new AppError('replica.locked')
      return withRunner(runner, (work) => work.sealEmergency({ lock }))
    },
    openEmergency: (passphrase, box) => openEmergencyKey({ host, runner, record, passphrase, box }),
    lease: async () => leaseSchema.nullable().parse(await unsealed('lease')),
    keepLease: (lease) => keepSealed('lease', lease),
    noticed: async () => noticedSchema.parse((await unsealed('noticed')) ?? []),
    keepNoticed: (noticed) => keepSealed('noticed', noticed),
    close: () => ring.close(),
  }
}

/** What of the record is read at the gate, before any of the data. */
type GatePart = 'lease' | 'noticed'

function gatePlace(part: GatePart, { replicaId }: KeyRecord): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`rounds ${part} v1 ${replicaId}`)
}

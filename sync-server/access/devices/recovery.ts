import { AppError, instant } from '#app/kernel/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import type { EscrowRequest, RecoveryRequest } from '#app/protocol/index.ts'
import { fingerprintOf } from '#app/recovery/index.ts'
import type { Boxes } from '#app/recovery/index.ts'
import type { AuditAgent, Store, StoredRecovery } from '../../store/contract.ts'
import type { SignedIn } from '../sessions/sessions.ts'
import type { Throttle } from '../signing-in/throttle.ts'

// The server keeps what it can't open, lets two people open it one after the other, and writes down each step.

export type Recovery = {
  /** Throws `request.invalid` for another recovery key than the organisation's. */
  escrow(who: SignedIn, request: EscrowRequest): Promise<void>
  /**
   * Throws `recovery.none` where nothing was escrowed for the device, or it may not come back; `access.throttled` where
   * it is asked too often, for one device or from one address: a new request takes the place of the one before.
   */
  ask(request: RecoveryRequest, address: string): Promise<void>
  /** Null until two people have approved. */
  answer(requestId: Id): Promise<string | null>
  /** Throws `access.forbidden` for a second approval by the same person. */
  approveFirst(admin: AuditAgent, id: Id, boxes: Boxes): Promise<StoredRecovery>
  approveSecond(admin: AuditAgent, id: Id, box: string): Promise<StoredRecovery>
}

export function createRecovery({
  store,
  clock,
  throttle,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly throttle: Throttle
}): Recovery {
  async function audited(by: AuditAgent, action: string, deviceId: Id): Promise<void> {
    await store.audit.append({ at: instant(clock), ...by, deviceId, action, purpose: 'recovery' })
  }

  async function open(id: Id): Promise<StoredRecovery> {
    const recovery = await store.access.recovery(id)
    if (recovery === null || recovery.box !== null) throw new AppError('request.invalid', { place: 'id' })
    return recovery
  }

  async function step(by: AuditAgent, recovery: StoredRecovery, action: string): Promise<StoredRecovery> {
    await store.access.saveRecovery(recovery)
    await audited(by, action, recovery.deviceId)
    return recovery
  }

  /** Answers why it may not be asked; nothing where it was. */
  async function begin(
    { requestId, deviceId, publicKey }: RecoveryRequest,
    address: string,
  ): Promise<readonly AppError[]> {
    const device = await store.access.device(deviceId)
    const lost = device === null || device.revokedAt !== null || device.wipeOrderedAt !== null
    if (lost || (await store.access.escrow(deviceId)) === null) return [new AppError('recovery.none')]
    const undecided = { firstBy: null, boxes: null, secondBy: null, box: null }
    const asked = { id: requestId, deviceId, publicKey, requestedAt: instant(clock), ...undecided }
    await step({ actor: device.userId, address }, asked, 'recovery-asked')
    return []
  }

  return {
    async escrow({ deviceId, userId, address }, { keys, boxes }) {
      const current = await store.access.recoveryKeys()
      if (current === null || fingerprintOf(current) !== keys)
        throw new AppError('request.invalid', { place: 'keys' })
      await store.access.saveEscrow({ deviceId, fingerprint: keys, boxes, createdAt: instant(clock) })
      await audited({ actor: userId, address }, 'escrow', deviceId)
    },

    async ask(request, address) {
      // The same request again is no new one: nobody has to wait for that.
      if ((await store.access.recovery(request.requestId)) !== null) return
      const refusals: AppError[] = []
      const who = { login: `recovery ${request.deviceId}`, address, userId: null }
      await throttle.attempt(who, async () => {
        refusals.push(...(await begin(request, address)))
        // Each counts, as a guess would: who asks can prove nothing.
        return null
      })
      const [refusal] = refusals
      if (refusal !== undefined) throw refusal
    },

    async answer(requestId) {
      return (await store.access.recovery(requestId))?.box ?? null
    },

    async approveFirst(admin, id, boxes) {
      const recovery = await open(id)
      if (recovery.firstBy !== null) throw new AppError('request.invalid', { place: 'boxes' })
      return step(admin, { ...recovery, firstBy: admin.actor, boxes }, 'recovery-first')
    },

    async approveSecond(admin, id, box) {
      const recovery = await open(id)
      if (recovery.firstBy === null) throw new AppError('request.invalid', { place: 'box' })
      if (recovery.firstBy === admin.actor) throw new AppError('access.forbidden')
      return step(admin, { ...recovery, secondBy: admin.actor, box }, 'recovery-second')
    },
  }
}

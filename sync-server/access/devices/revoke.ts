import { AppError, instant } from '#app/kernel/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import type { AuditAgent, Store, StoredDevice } from '../../store/contract.ts'

/**
 * Refuses a device from now on, at every process; the first time counts. Who did it stands in the audit by the same commit.
 * Throws `request.invalid` where there is no such device.
 */
export async function revokeDevice(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  by: AuditAgent,
  id: Id,
): Promise<StoredDevice> {
  const at = instant(clock)
  const { result } = await store.transaction(async (tx) => {
    const revoked = await tx.access.markDevice(id, { revokedAt: at })
    if (revoked === null) throw new AppError('request.invalid', { place: 'id' })
    tx.stage({ type: 'audit', at, ...by, action: 'revoke-device', ids: [id] })
    return revoked
  })
  return result
}

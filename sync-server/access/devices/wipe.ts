import { AppError, instant } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import { wipeProof } from '#app/protocol/index.ts'
import type { WipedRequest } from '#app/protocol/index.ts'
import type { Store } from '../../store/contract.ts'
import { signatureFits } from '../sessions/tokens.ts'

/**
 * Takes down that a device has destroyed its copy. The proof was signed before the device's key went with everything
 * else, and may come days later; it confirms this order only, so a repeat does no harm. Throws `access.signature`.
 */
export async function confirmWipe(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { deviceId, order, signature }: WipedRequest,
): Promise<void> {
  const device = await store.access.device(deviceId)
  const proven =
    device !== null &&
    device.wipeOrderedAt === order &&
    signatureFits(wipeProof(deviceId, order), signature, device.publicKey)
  if (!proven) throw new AppError('access.signature')
  if (device.wipedAt !== null) return
  const at = instant(clock)
  await store.access.saveDevice({ ...device, wipedAt: at })
  await store.access.acknowledgeEvictions(deviceId, 'all', at)
  await store.audit.append({ at, actor: device.userId, deviceId, action: 'wiped', outcome: 'confirmed' })
}

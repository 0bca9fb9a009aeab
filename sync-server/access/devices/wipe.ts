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
  address: string,
): Promise<void> {
  const device = await store.access.device(deviceId)
  const proven =
    device !== null &&
    device.wipeOrderedAt === order &&
    signatureFits(wipeProof(deviceId, order), signature, device.publicKey)
  const at = instant(clock)
  const deed = { at, actor: device?.userId ?? 'unknown', deviceId, address, action: 'wiped' }
  if (!proven) {
    await store.audit.append({ ...deed, outcome: 'access.signature' })
    throw new AppError('access.signature')
  }
  if (device.wipedAt !== null) return
  await store.access.markDevice(deviceId, { wipedAt: at })
  await store.access.acknowledgeEvictions(deviceId, 'all', at)
  await store.audit.append({ ...deed, outcome: 'confirmed' })
}

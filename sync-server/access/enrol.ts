import type { Clock } from '#app/kernel/index.ts'
import { AppError, instant, newId } from '#app/kernel/index.ts'
import type { EnrolAnswer, EnrolRequest } from '#app/protocol/index.ts'
import type { Store, StoredDevice, StoredUser } from '../store/contract.ts'
import type { Sessions } from './sessions.ts'
import { userByPassword } from './sign-in.ts'
import type { Throttle } from './throttle.ts'
import { isPublicKey } from './tokens.ts'

export type EnrolParts = {
  readonly store: Store
  readonly clock: Clock
  readonly sessions: Sessions
  readonly throttle: Throttle
}

/**
 * Takes a device in: the one moment at which a password is asked for. A repeat with the same key (a lost answer) gets
 * the same device. Throws `access.credentials`, `access.throttled`, `access.revoked`, `access.host-refused`,
 * `request.invalid`.
 */
export async function enrol(parts: EnrolParts, request: EnrolRequest, address: string): Promise<EnrolAnswer> {
  const { store, clock, sessions } = parts
  const user = await userByPassword(parts, 'enrol', request, address)
  const refused = await refusal(store, request)
  const device = refused === null ? await deviceFor(store, clock, user, request.device) : null
  await store.audit.append({
    at: instant(clock),
    actor: user.id,
    deviceId: device?.id,
    action: 'enrol',
    purpose: request.device.host,
    outcome: refused?.code ?? 'enrolled',
  })
  if (refused !== null) throw refused
  if (device === null) throw new Error('an enrolment without a device')
  return { deviceId: device.id, session: await sessions.open(user, device) }
}

async function refusal(store: Store, { device }: EnrolRequest): Promise<AppError | null> {
  if (!isPublicKey(device.publicKey)) return new AppError('request.invalid', { place: 'device.publicKey' })
  const identity = await store.identity()
  // A page of a browser cannot keep a device's secret from the machine, nor pin this server's key.
  const refusesBrowsers = identity?.organisation.data !== 'synthetic'
  return device.host === 'browser' && refusesBrowsers ? new AppError('access.host-refused') : null
}

async function deviceFor(
  store: Store,
  clock: Clock,
  user: StoredUser,
  asked: EnrolRequest['device'],
): Promise<StoredDevice> {
  const known = (await store.access.devices(user.id)).find(
    (device) =>
      device.replicaId === asked.replicaId &&
      device.publicKey === asked.publicKey &&
      device.revokedAt === null &&
      device.wipeOrderedAt === null,
  )
  if (known !== undefined) return known
  const device: StoredDevice = {
    id: newId(),
    userId: user.id,
    ...asked,
    createdAt: instant(clock),
    lastSeenAt: null,
    revokedAt: null,
    wipeOrderedAt: null,
    wipedAt: null,
    olderCopyAt: null,
    copiedAt: null,
  }
  await store.access.saveDevice(device)
  return device
}

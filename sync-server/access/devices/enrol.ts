import { AppError, instant, newId } from '#app/kernel/index.ts'
import type { EnrolAnswer, EnrolRequest } from '#app/protocol/index.ts'
import type { AccessStore, Store, StoredDevice, StoredUser } from '../../store/contract.ts'
import { invitationRefusal, isInvitedOnly } from './invited-only.ts'
import { normalCode } from '../typed-code.ts'
import { takeCode } from '../signing-in/second-factor.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { userByPassword } from '../signing-in/sign-in.ts'
import type { SignInParts } from '../signing-in/sign-in.ts'
import { isPublicKey } from '../sessions/tokens.ts'

export type EnrolParts = SignInParts & { readonly sessions: Sessions }

/**
 * Takes a device in: the one moment at which a password is asked for, and where the organisation wants it so, an
 * invitation and a second factor. A repeat with the same key (a lost answer) gets the same device; one that a restored
 * backup has forgotten comes in under the id it had. Throws
 * `access.credentials`, `access.invitation`, `access.second-factor`, `access.throttled`, `access.revoked`,
 * `access.host-refused`, `request.invalid`.
 */
export async function enrol(parts: EnrolParts, request: EnrolRequest, address: string): Promise<EnrolAnswer> {
  const { store, clock, sessions } = parts
  const invitedOnly = await isInvitedOnly(store)
  const user = await userByPassword(parts, 'enrol', request, address, async (found) =>
    invitedOnly ? lacking(parts, found, request) : null,
  )
  const refused = await refusal(store, request)
  const device = refused === null ? await takeIn(parts, user, request, { invitedOnly }) : null
  await store.audit.append({
    at: instant(clock),
    actor: user.id,
    deviceId: device?.id,
    action: 'enrol',
    purpose: request.device.host,
    outcome: device === null ? (refused?.code ?? 'access.invitation') : 'enrolled',
    address,
  })
  if (refused !== null) throw refused
  if (device === null) throw new AppError('access.invitation')
  return { deviceId: device.id, session: await sessions.open(user, device) }
}

/** What an invited user has not shown. The code comes last: it is used up. */
async function lacking(
  { store, clock }: EnrolParts,
  user: StoredUser,
  { invitation, code, device }: EnrolRequest,
): Promise<AppError | null> {
  const known = await sameDevice(store.access, user, device)
  const refused = await invitationRefusal({ store, clock }, user, invitation, known)
  if (refused !== null) return refused
  const isRight = await takeCode({ access: store.access, clock }, user, code)
  return isRight ? null : new AppError('access.second-factor')
}

async function refusal(store: Store, { device }: EnrolRequest): Promise<AppError | null> {
  if (!isPublicKey(device.publicKey)) return new AppError('request.invalid', { place: 'device.publicKey' })
  const identity = await store.identity()
  // A page of a browser cannot keep a device's secret from the machine, nor pin this server's key.
  const refusesBrowsers = identity?.organisation.data !== 'synthetic'
  return device.host === 'browser' && refusesBrowsers ? new AppError('access.host-refused') : null
}

/** Device, used invitation and confirmed authenticator in one commit. Null: another came in by the invitation meanwhile. */
async function takeIn(
  { store, clock }: EnrolParts,
  user: StoredUser,
  { device: asked, invitation }: EnrolRequest,
  { invitedOnly }: { readonly invitedOnly: boolean },
): Promise<StoredDevice | null> {
  const at = instant(clock)
  const { result } = await store.transaction(async (tx) => {
    const known = await sameDevice(tx.access, user, asked)
    if (known !== null) return known
    const device = newDevice(user, asked, at)
    if ((await tx.access.device(device.id)) !== null) throw new AppError('access.revoked')
    await tx.access.saveDevice(device)
    if (!invitedOnly) return device
    const code = normalCode(invitation ?? '')
    if (!(await tx.access.takeInvitation(user.id, code, device.id, at))) return null
    const { secondFactor } = user
    if (secondFactor?.confirmedAt === null) {
      await tx.access.saveUser({ ...user, secondFactor: { ...secondFactor, confirmedAt: at } })
    }
    return device
  })
  return result
}

async function sameDevice(
  access: AccessStore,
  user: StoredUser,
  asked: EnrolRequest['device'],
): Promise<StoredDevice | null> {
  const known = (await access.devices(user.id)).find(
    (device) =>
      device.replicaId === asked.replicaId &&
      device.publicKey === asked.publicKey &&
      device.revokedAt === null &&
      device.wipeOrderedAt === null,
  )
  return known ?? null
}

function newDevice(
  user: StoredUser,
  { id = newId(), ...asked }: EnrolRequest['device'],
  createdAt: string,
): StoredDevice {
  return {
    id,
    userId: user.id,
    ...asked,
    createdAt,
    lastSeenAt: null,
    revokedAt: null,
    wipeOrderedAt: null,
    wipedAt: null,
    olderCopyAt: null,
    copiedAt: null,
  }
}

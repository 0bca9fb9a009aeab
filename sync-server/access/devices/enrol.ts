import { AppError, instant, newId } from '#app/kernel/index.ts'
import type {
  BeginSignInAnswer,
  BeginSignInRequest,
  EnrolAnswer,
  EnrolRequest,
  NewDevice,
} from '#app/protocol/index.ts'
import type { AccessStore, Store, StoredDevice, StoredUser } from '../../store/contract.ts'
import { invitationRefusal, isInvitedOnly } from './invited-only.ts'
import type { DeviceSignIns, SpentSignIn } from '../signing-in/device-sign-ins.ts'
import { confirmFactor } from '../signing-in/first-factor.ts'
import { takeCode } from '../signing-in/second-factor.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { userByPassword } from '../signing-in/sign-in.ts'
import type { SignInParts } from '../signing-in/sign-in.ts'
import { isPublicKey } from '../sessions/tokens.ts'
import { normalCode } from '../typed-code.ts'

export type EnrolParts = SignInParts & { readonly sessions: Sessions; readonly signIns: DeviceSignIns }

type ByPassword = Extract<EnrolRequest, { readonly password: string }>
type BySignIn = Extract<EnrolRequest, { readonly signedIn: object }>

/** Who is let in with a device, and how the device comes in. */
type Entering = {
  readonly user: StoredUser
  readonly invitedOnly: boolean
  /** A code of the user's authenticator came with it: one that was not confirmed yet is from now on. */
  readonly confirms: boolean
}

/**
 * Takes a device in: the one moment at which a password or a sign-in in the browser is asked for, and where the organisation
 * wants it so, an invitation and a second factor. A repeat with the same key (a lost answer) gets the same device; one that a
 * restored backup has forgotten comes in under the id it had. Throws `access.credentials`, `access.invitation`,
 * `access.second-factor`, `access.factor-needed`, `access.sign-in-code`, `access.sign-in-over`, `access.sign-in-person`,
 * `access.throttled`, `access.revoked`, `access.host-refused`, `request.invalid`.
 */
export async function enrol(parts: EnrolParts, request: EnrolRequest, address: string): Promise<EnrolAnswer> {
  const { user, device } =
    'signedIn' in request
      ? await enrolSignedIn(parts, request, address)
      : await enrolByPassword(parts, request, address)
  return { deviceId: device.id, session: await parts.sessions.open(user, device) }
}

/** A device waits for its person to sign in by the browser. Throws `access.host-refused`, `request.invalid`, `access.throttled`. */
export async function beginSignIn(
  { store, signIns }: Pick<EnrolParts, 'store' | 'signIns'>,
  { device }: BeginSignInRequest,
  address: string,
): Promise<BeginSignInAnswer> {
  // Before anybody signs in for what would be refused.
  const refused = await refusal(store, device)
  if (refused !== null) throw refused
  return signIns.begin(device, address)
}

type Enrolled = { readonly user: StoredUser; readonly device: StoredDevice }

async function enrolByPassword(parts: EnrolParts, request: ByPassword, address: string): Promise<Enrolled> {
  const invitedOnly = await isInvitedOnly(parts.store)
  const user = await userByPassword(parts, 'enrol', request, address, async (found) =>
    invitedOnly ? lacking(parts, found, request) : null,
  )
  return audited(parts, user.id, request, address, () =>
    takeIn(parts, { user, invitedOnly, confirms: invitedOnly }, request),
  )
}

function enrolSignedIn(parts: EnrolParts, request: BySignIn, address: string): Promise<Enrolled> {
  const { signIns } = parts
  const { signedIn, device } = request
  return audited(parts, signIns.signer(signedIn.flow) ?? 'unknown', request, address, () =>
    signIns.spend({ ...signedIn, device, address }, async (by) =>
      takeIn(parts, await entering(parts, by, request), request),
    ),
  )
}

/** What an invited user has not shown. The code comes last: it is used up. */
async function lacking(
  { store, clock }: EnrolParts,
  user: StoredUser,
  { invitation, code, device }: ByPassword,
): Promise<AppError | null> {
  const known = await sameDevice(store.access, user, device)
  const refused = await invitationRefusal({ store, clock }, user, invitation, known)
  if (refused !== null) return refused
  const isRight = await takeCode({ access: store.access, clock }, user, code)
  return isRight ? null : new AppError('access.second-factor')
}

/** Who has signed in at the page, as they are now: their rights may have changed since. */
async function entering({ store, clock }: EnrolParts, by: SpentSignIn, request: BySignIn): Promise<Entering> {
  const user = await store.access.user(by.userId)
  if (user === null || user.disabledAt !== null) throw new AppError('access.revoked')
  const known = await sameDevice(store.access, user, request.device)
  if (user.passwordHash !== by.passwordHash || (by.isUsed && known === null))
    throw new AppError('access.sign-in-over')
  if (request.user !== undefined && request.user !== user.id) throw new AppError('access.sign-in-person')
  const invitedOnly = await isInvitedOnly(store)
  if (invitedOnly && by.proof === 'password') throw new AppError('access.factor-needed')
  const refused = invitedOnly
    ? await invitationRefusal({ store, clock }, user, request.invitation, known)
    : null
  if (refused !== null) throw refused
  return { user, invitedOnly, confirms: false }
}

/** However it ends, it is written down. */
async function audited(
  { store, clock }: EnrolParts,
  actor: string,
  { device }: EnrolRequest,
  address: string,
  enrolling: () => Promise<Enrolled>,
): Promise<Enrolled> {
  const deed = { actor, action: 'enrol', purpose: device.host, address }
  try {
    const enrolled = await enrolling()
    const deviceId = enrolled.device.id
    await store.audit.append({ at: instant(clock), ...deed, deviceId, outcome: 'enrolled' })
    return enrolled
  } catch (thrown) {
    if (thrown instanceof AppError)
      await store.audit.append({ at: instant(clock), ...deed, outcome: thrown.code })
    throw thrown
  }
}

async function refusal(store: Store, device: NewDevice): Promise<AppError | null> {
  if (!isPublicKey(device.publicKey)) return new AppError('request.invalid', { place: 'device.publicKey' })
  const identity = await store.identity()
  // A page of a browser cannot keep a device's secret from the machine, nor pin this server's key.
  const refusesBrowsers = identity?.organisation.data !== 'synthetic'
  return device.host === 'browser' && refusesBrowsers ? new AppError('access.host-refused') : null
}

/** Device, used invitation and confirmed authenticator in one commit. */
async function takeIn(
  { store, clock }: EnrolParts,
  { user, invitedOnly, confirms }: Entering,
  request: EnrolRequest,
): Promise<Enrolled> {
  const { device: asked, invitation } = request
  const refused = await refusal(store, asked)
  if (refused !== null) throw refused
  const at = instant(clock)
  const { result: device } = await store.transaction(async (tx) => {
    const known = await sameDevice(tx.access, user, asked)
    if (known !== null) return known
    const made = newDevice(user, asked, at)
    if ((await tx.access.device(made.id)) !== null) throw new AppError('access.revoked')
    await tx.access.addDevice(made)
    const code = normalCode(invitation ?? '')
    // Another came in by the invitation meanwhile.
    if (invitedOnly && !(await tx.access.takeInvitation(user.id, code, made.id, at)))
      throw new AppError('access.invitation')
    const { secondFactor } = user
    if (confirms && secondFactor?.confirmedAt === null) {
      await confirmFactor(tx.access, user.id, at)
    }
    return made
  })
  return { user, device }
}

async function sameDevice(
  access: AccessStore,
  user: StoredUser,
  asked: NewDevice,
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

function newDevice(user: StoredUser, { id = newId(), ...asked }: NewDevice, createdAt: string): StoredDevice {
  return {
    id,
    userId: user.id,
    ...asked,
    createdAt,
    lastSeenAt: null,
    leaseUntil: null,
    revokedAt: null,
    wipeOrderedAt: null,
    wipedAt: null,
    olderCopyAt: null,
    copiedAt: null,
  }
}

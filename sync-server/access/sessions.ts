import { randomBytes } from 'node:crypto'
import type { Subject } from '#app/access/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import { sessionProof } from '#app/protocol/index.ts'
import type { Session, SessionRequest } from '#app/protocol/index.ts'
import type { Store, StoredDevice, StoredUser } from '../store/contract.ts'
import { createRecognised } from './recognised.ts'
import { meetCopy } from './replica-head.ts'
import { newToken, signatureFits, tokenHash } from './tokens.ts'

// A device proves itself by its key and gets a bearer token for twelve hours, which use does not lengthen. Every request
// asks whether anything of device, user or grants has changed, so a revocation counts at once.

const sessionLasts = 12 * 3_600_000
const day = 24 * 3_600_000
const challengeLasts = 60_000

/** Who stands behind a request, as of now. */
export type SignedIn = {
  readonly userId: Id
  readonly deviceId: Id
  readonly subject: Subject
  readonly expiresAt: string
  /** Where the request came from; for the audit. */
  readonly address?: string | undefined
}

export type Sessions = {
  /** 32 random bytes, base64. Answered for unknown devices too, where it opens nothing. */
  challenge(deviceId: Id): Promise<string>
  /** Throws `access.signature`, `access.revoked`, `access.wiped` (facts: order), `replica.copied`. */
  byProof(request: SessionRequest): Promise<Session>
  open(user: StoredUser, device: StoredDevice, copy?: Session['copy']): Promise<Session>
  /** Throws `access.session`, `access.revoked`, `access.wiped`, `replica.copied`. */
  signedIn(token: string): Promise<SignedIn>
}

export function createSessions(store: Store, clock: Clock): Sessions {
  async function open(
    user: StoredUser,
    device: StoredDevice,
    copy: Session['copy'] = 'current',
  ): Promise<Session> {
    const identity = await store.identity()
    if (identity === null) throw new Error('a session without an organisation')
    const token = newToken()
    const now = clock.now()
    const createdAt = new Date(now).toISOString()
    const expiresAt = new Date(now + sessionLasts).toISOString()
    await store.access.saveSession({
      tokenHash: tokenHash(token),
      userId: user.id,
      deviceId: device.id,
      createdAt,
      expiresAt,
    })
    await store.access.touchDevice(device.id, createdAt)
    const grants = await store.access.grants(user.id)
    return {
      token,
      issuedAt: createdAt,
      expiresAt,
      leaseUntil: new Date(now + (await store.access.leaseDays()) * day).toISOString(),
      recoveryKeys: await store.access.recoveryKeys(),
      copy,
      user: { id: user.id, name: user.name, login: user.login, grants: [...grants] },
      organisation: identity.organisation,
    }
  }

  async function proven({ deviceId, challenge, signature }: SessionRequest): Promise<StoredDevice> {
    const device = await store.access.device(deviceId)
    // Used up before the signature is looked at: a challenge serves once, for good or ill.
    const fresh =
      device !== null && (await store.access.takeChallenge(deviceId, tokenHash(challenge), instant(clock)))
    if (!fresh || !signatureFits(sessionProof(deviceId, challenge), signature, device.publicKey)) {
      throw new AppError('access.signature')
    }
    return device
  }

  async function audited(device: Id, actor: Id, outcome: string): Promise<void> {
    await store.audit.append({ at: instant(clock), actor, deviceId: device, action: 'session', outcome })
  }

  const recognised = createRecognised<SignedIn>(store)
  async function lookUp(hash: string): Promise<SignedIn> {
    const session = await store.access.session(hash)
    if (session === null) throw new AppError('access.session')
    const device = await store.access.device(session.deviceId)
    if (device === null) throw new AppError('access.revoked')
    await activeUser(store, device)
    const identity = await store.identity()
    if (identity === null) throw new Error('a session without an organisation')
    // Those that are over, too: a replica must notice that they were there (`epochOf`). Each question asks by its time.
    const grants = await store.access.grants(device.userId)
    const subject = { id: device.userId, orgId: identity.organisation.id, grants }
    return { userId: device.userId, deviceId: device.id, subject, expiresAt: session.expiresAt }
  }

  return {
    open,

    async challenge(deviceId) {
      const challenge = randomBytes(32).toString('base64')
      if ((await store.access.device(deviceId)) !== null) {
        const expiresAt = new Date(clock.now() + challengeLasts).toISOString()
        await store.access.addChallenge({ deviceId, hash: tokenHash(challenge), expiresAt })
      }
      return challenge
    },

    async byProof(request) {
      try {
        const device = await proven(request)
        const user = await activeUser(store, device)
        const { head } = request
        const copy = head === undefined ? 'current' : await meetCopy({ store, clock }, device, head)
        if (copy === 'copied') throw new AppError('replica.copied')
        const session = await open(user, device, copy)
        await audited(device.id, user.id, 'opened')
        return session
      } catch (thrown) {
        if (thrown instanceof AppError) await audited(request.deviceId, 'unknown', thrown.code)
        throw thrown
      }
    },

    async signedIn(token) {
      const hash = tokenHash(token)
      const who = await recognised(hash, () => lookUp(hash))
      // Time wakes nobody.
      if (who.expiresAt <= instant(clock)) throw new AppError('access.session')
      return who
    },
  }
}

async function activeUser(store: Store, device: StoredDevice): Promise<StoredUser> {
  // Before anything else: a revoked device, or a disabled user's, is to destroy its copy all the same.
  if (device.wipeOrderedAt !== null) throw new AppError('access.wiped', { order: device.wipeOrderedAt })
  const user = await store.access.user(device.userId)
  if (device.revokedAt !== null || user === null || user.disabledAt !== null)
    throw new AppError('access.revoked')
  if (device.copiedAt !== null) throw new AppError('replica.copied')
  return user
}

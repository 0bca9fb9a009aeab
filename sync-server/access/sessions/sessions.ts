import { randomBytes } from 'node:crypto'
import type { Subject } from '#app/access/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant, newId } from '#app/kernel/index.ts'
import { sessionProof, STREAM_PATH } from '#app/protocol/index.ts'
import type { Session, SessionRequest, Tokens } from '#app/protocol/index.ts'
import { createRefusals } from '../../audit/index.ts'
import type { Refused } from '../../audit/index.ts'
import type { Store, StoredDevice, StoredSession, StoredUser } from '../../store/contract.ts'
import type { Alarm } from '../signing-in/alarm.ts'
import type { Presented, Proofs } from './proofs.ts'
import { createRecognised } from './recognised.ts'
import { meetCopy } from '../devices/replica-head.ts'
import { leaseEnd } from './lease-end.ts'
import { newTokens, sessionIdOf } from './session-tokens.ts'
import { signatureFits, tokenHash } from './tokens.ts'

// A device proves itself by its key and gets a session for twelve hours, which use does not lengthen: a token for ten
// minutes, and one that serves once to get the next. Each request shows the key again (proofs.ts), and asks whether
// anything of device, user or grants has changed, so a revocation counts at once.

const sessionLasts = 12 * 3_600_000
const challengeLasts = 60_000

/** Who stands behind a request, as of now. */
export type SignedIn = {
  readonly userId: Id
  readonly deviceId: Id
  readonly sessionId: Id
  readonly subject: Subject
  /** Of the session. */
  readonly expiresAt: string
  /** Where the request came from; for the audit. */
  readonly address?: string | undefined
}

export type Sessions = {
  /** 32 random bytes, base64. Answered for unknown devices too, where it opens nothing. */
  challenge(deviceId: Id): Promise<string>
  /** Throws `access.unknown-device`, `access.signature`, `access.revoked`, `access.wiped` (facts: order), `replica.copied`. */
  byProof(request: SessionRequest, address: string): Promise<Session>
  open(user: StoredUser, device: StoredDevice, copy?: Session['copy']): Promise<Session>
  /** Throws `access.session`, `access.revoked`, `access.wiped`, `replica.copied`, `access.proof`, `access.proof-nonce`. */
  signedIn(presented: Presented, address: string): Promise<SignedIn>
  /** Whether a session that was shown once still holds: of a stream, which outlives a token. Throws as `signedIn` does. */
  standing(sessionId: Id): Promise<SignedIn>
  /** New tokens for the refresh token that is presented. Throws as `signedIn` does. */
  refresh(presented: Presented, address: string): Promise<Tokens>
}

/** Who a session belongs to, as of now, and the key that its tokens are bound to. */
type Owner = { readonly who: SignedIn; readonly publicKey: string; readonly tokenExpiresAt: string }

/** Where a session is shown, and from where; an open stream is asked again from nowhere. */
type From = Pick<Refused, 'asked' | 'address'>

/** A session is looked at before it counts which call it is for. */
const ANY_CALL = '/sync/*'

export type SessionParts = {
  readonly store: Store
  readonly clock: Clock
  readonly proofs: Proofs
  readonly alarm: Alarm
  /** What clients pin of this server's keys; none unless given. */
  readonly serverPins?: readonly string[]
}

export function createSessions({ store, clock, proofs, alarm, serverPins = [] }: SessionParts): Sessions {
  const refusals = createRefusals({ store, clock })

  async function open(
    user: StoredUser,
    device: StoredDevice,
    copy: Session['copy'] = 'current',
  ): Promise<Session> {
    const identity = await store.identity()
    if (identity === null) throw new Error('a session without an organisation')
    const now = clock.now()
    // One moment for both: the lease is counted from it.
    const [id, createdAt] = [newId(), new Date(now).toISOString()]
    const { tokens, stored } = newTokens(id, now)
    const expiresAt = new Date(now + sessionLasts).toISOString()
    await store.access.saveSession({
      id,
      userId: user.id,
      deviceId: device.id,
      createdAt,
      expiresAt,
      ...stored,
    })
    const grants = await store.access.grants(user.id)
    const leaseUntil = leaseEnd(await store.access.leaseDays(), grants, now)
    await store.access.touchDevice(device.id, createdAt, leaseUntil)
    return {
      ...tokens,
      issuedAt: createdAt,
      leaseUntil,
      recoveryKeys: await store.access.recoveryKeys(),
      copy,
      serverPins: [...serverPins],
      user: { id: user.id, name: user.name, login: user.login, grants: [...grants] },
      organisation: identity.organisation,
    }
  }

  async function proven({ deviceId, challenge, signature }: SessionRequest): Promise<StoredDevice> {
    const device = await store.access.device(deviceId)
    // Used up before the signature is looked at: a challenge serves once, for good or ill.
    if (device === null) throw new AppError('access.unknown-device')
    const fresh = await store.access.takeChallenge(deviceId, tokenHash(challenge), instant(clock))
    if (!fresh || !signatureFits(sessionProof(deviceId, challenge), signature, device.publicKey)) {
      throw new AppError('access.signature')
    }
    return device
  }

  async function audited(deviceId: Id, actor: Id, outcome: string, address: string): Promise<void> {
    const at = instant(clock)
    await store.audit.append({ at, actor, deviceId, action: 'session', outcome, address })
  }

  /** What a session that does not hold is answered by: written down, whoever shows it. */
  async function refused(thrown: unknown, device: StoredDevice | null, from: From): Promise<unknown> {
    if (!(thrown instanceof AppError)) return thrown
    const by = { actor: device?.userId ?? null, deviceId: device?.id }
    await refusals({ code: thrown.code, ...by, ...from })
    return thrown
  }

  const recognised = createRecognised<Owner>(store)
  const byToken = (hash: string, from: From) =>
    recognised(hash, async () => ownerOf(await store.access.session(hash), from))
  const byId = (id: Id) =>
    recognised(id, async () => ownerOf(await store.access.sessionById(id), { asked: STREAM_PATH }))

  async function ownerOf(session: StoredSession | null, from: From): Promise<Owner> {
    if (session === null) throw await refused(new AppError('access.session'), null, from)
    const device = await store.access.device(session.deviceId)
    if (device === null) throw await refused(new AppError('access.revoked'), null, from)
    await activeUser(store, device).catch(async (thrown: unknown) => {
      throw await refused(thrown, device, from)
    })
    const identity = await store.identity()
    if (identity === null) throw new Error('a session without an organisation')
    // Those that are over, too: a replica must notice that they were there (`epochOf`). Each question asks by its time.
    const grants = await store.access.grants(device.userId)
    const subject = { id: device.userId, orgId: identity.organisation.id, grants }
    const { id: sessionId, expiresAt, tokenExpiresAt } = session
    const who = { userId: device.userId, deviceId: device.id, sessionId, subject, expiresAt }
    return { who, publicKey: device.publicKey, tokenExpiresAt }
  }

  /** Whoever shows a token without the key, or one that was used up, has stolen it: nobody has the session any longer. */
  async function stolen({ userId, deviceId, sessionId }: SignedIn, address: string): Promise<void> {
    await store.access.endSessions({ id: sessionId })
    await alarm({ kind: 'stolen-token', userId, deviceId, address })
  }

  async function insistOnKey(presented: Presented, publicKey: string, who: SignedIn, address: string) {
    try {
      await proofs.check(presented, publicKey)
    } catch (thrown) {
      const why = thrown instanceof AppError ? thrown.facts['why'] : undefined
      const { userId, deviceId } = who
      if (why === 'missing' || why === 'key') await stolen(who, address)
      else if (why !== undefined) await alarm({ kind: 'replayed-proof', userId, deviceId, address })
      throw thrown
    }
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

    async byProof(request, address) {
      try {
        const device = await proven(request)
        const user = await activeUser(store, device)
        const { head } = request
        const copy = head === undefined ? 'current' : await meetCopy({ store, clock }, device, head, address)
        if (copy === 'copied') throw new AppError('replica.copied')
        const session = await open(user, device, copy)
        await audited(device.id, user.id, 'opened', address)
        return session
      } catch (thrown) {
        if (thrown instanceof AppError) await audited(request.deviceId, 'unknown', thrown.code, address)
        throw thrown
      }
    },

    async signedIn(presented, address) {
      const { who, publicKey, tokenExpiresAt } = await byToken(tokenHash(presented.token), {
        asked: ANY_CALL,
        address,
      })
      // Time wakes nobody.
      if (tokenExpiresAt <= instant(clock)) throw new AppError('access.session')
      await insistOnKey(presented, publicKey, who, address)
      return who
    },

    async standing(sessionId) {
      const { who } = await byId(sessionId)
      if (who.expiresAt <= instant(clock)) throw new AppError('access.session')
      return who
    },

    async refresh(presented, address) {
      const sessionId = sessionIdOf(presented.token)
      const session = sessionId === null ? null : await store.access.sessionById(sessionId)
      const { who, publicKey } = await ownerOf(session, { asked: ANY_CALL, address })
      if (who.expiresAt <= instant(clock)) throw new AppError('access.session')
      await insistOnKey(presented, publicKey, who, address)
      const { tokens, stored } = newTokens(who.sessionId, clock.now())
      if (await store.access.rotateSession(who.sessionId, tokenHash(presented.token), stored)) return tokens
      await stolen(who, address)
      throw new AppError('access.session')
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

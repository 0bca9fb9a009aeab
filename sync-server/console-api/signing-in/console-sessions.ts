import { grantHolds } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { Passkeys, Site } from '../../access/signing-in/passkeys.ts'
import { proofBeside } from '../../access/signing-in/first-factor.ts'
import { userByPassword } from '../../access/signing-in/sign-in.ts'
import { userBySignOn } from '../../access/signing-in/user-by-sign-on.ts'
import type { SingleSignOn } from '../../access/signing-in/single-sign-on.ts'
import type { Visitor } from '../../access/signing-in/visitor.ts'
import type { Throttle } from '../../access/signing-in/throttle.ts'
import { newToken, tokenHash } from '../../access/sessions/tokens.ts'
import { createRefusals } from '../../audit/index.ts'
import type { AuditAgent, Store, StoredUser } from '../../store/contract.ts'
import { CONSOLE_PATH, consoleCalls, consoleRoles, mayCall } from '../protocol/console.ts'
import type { CallRow, ConsoleAnswer, ConsoleCall, ConsoleRequest, ConsoleRole } from '../protocol/console.ts'

// A session at the console: half an hour, by password each time, in this process's memory only. A restart signs out. It
// opens the console's calls and nothing else, and of those the ones of its roles; grants are read anew for each call. Who has no
// role here finds their own account.

const sessionLasts = 30 * 60_000

/** Who asks. */
export type ConsoleCaller = {
  readonly user: Id
  /** As the audit names them: the purpose is the one they stated in this session, `console` until they did. */
  readonly by: AuditAgent & { readonly address: string; readonly purpose: string }
  readonly token: string
  /** When the provider of single sign-on answered for them; null where they showed a password. */
  readonly signedOnAt: string | null
  readonly subject: Subject
  readonly site: Site
}

export type ConsoleSessions = {
  /** Throws what `userByPassword` throws, `access.second-factor` for who has one and did not show it, and `access.factor-needed` for who needs one. */
  signIn(request: ConsoleRequest<'sign-in'>, visitor: Visitor): Promise<ConsoleAnswer<'sign-in'>>
  /** By what the provider of single sign-on has said of this browser. The provider answers for second factors. */
  signOn(visitor: Visitor): Promise<ConsoleAnswer<'sign-in'>>
  signOut(token: string): void
  /** Whatever they have opened at this process is over. */
  endAllOf(userId: Id): void
  /** Those of the caller's own at this process, the latest first. */
  ownOf(caller: ConsoleCaller): ConsoleAnswer<'own-account'>['sessions']
  /** All of the caller's own at this process but the one that asks. */
  endOthersOf(caller: ConsoleCaller): void
  /** Holds until the session ends. */
  statePurpose(token: string, purpose: string): void
  /**
   * Whose token it is, if one of their roles may make the call; who asks for more is written down. Throws
   * `access.session`, `access.revoked`, `access.forbidden`, and `access.purpose` where the call shows patients' data and
   * nobody said why yet.
   */
  caller(token: string, call: ConsoleCall, from: Place): Promise<ConsoleCaller>
}

type Place = Pick<Visitor, 'address' | 'site'>

type Session = {
  readonly userId: Id
  /** Of the password it was opened by: with another one it is over. */
  readonly passwordHash: string | null
  readonly openedAt: string
  readonly by: 'console' | 'sign-on'
  readonly expiresAt: string
  readonly address: string
  readonly purpose: string | null
}
type Parts = {
  readonly store: Store
  readonly clock: Clock
  readonly throttle: Throttle
  readonly passkeys: Passkeys
  readonly signOn: SingleSignOn
}

export function createConsoleSessions(parts: Parts): ConsoleSessions {
  const { store, clock } = parts
  const sessions = new Map<string, Session>()
  const refusals = createRefusals(parts)

  function forgetExpired(): void {
    for (const [hash, { expiresAt }] of sessions) if (expiresAt <= instant(clock)) sessions.delete(hash)
  }

  function sessionOf(token: string): Session | null {
    forgetExpired()
    return sessions.get(tokenHash(token)) ?? null
  }

  return {
    async signIn(request, { address, site }) {
      forgetExpired()
      const user = await userByPassword(parts, 'console', request, address, async (found) => {
        const proof = await proofBeside(parts, found, request, site)
        return proof instanceof AppError ? proof : null
      })
      return open(user, 'console', address)
    },
    async signOn(visitor) {
      forgetExpired()
      return open(await userBySignOn(parts, 'console', visitor), 'sign-on', visitor.address)
    },
    signOut(token) {
      sessions.delete(tokenHash(token))
    },
    endAllOf(id) {
      for (const [hash, { userId }] of sessions) if (userId === id) sessions.delete(hash)
    },
    ownOf({ user, token }) {
      forgetExpired()
      const own = [...sessions].filter(([, { userId }]) => userId === user)
      return own.toReversed().map(([hash, { openedAt, expiresAt, address }]) => {
        return { openedAt, expiresAt, address, isThis: hash === tokenHash(token) }
      })
    },
    endOthersOf({ user, token }) {
      for (const [hash, { userId }] of sessions)
        if (userId === user && hash !== tokenHash(token)) sessions.delete(hash)
    },
    statePurpose(token, purpose) {
      const session = sessionOf(token)
      if (session === null) throw new AppError('access.session')
      sessions.set(tokenHash(token), { ...session, purpose })
    },
    async caller(token, call, { address, site }) {
      const { userId, purpose, by: way, openedAt, subject } = await standing(token, call, address)
      const row: CallRow = consoleCalls[call]
      if (!mayCall(rolesIn(subject), call)) {
        const outcome = 'access.forbidden'
        const at = instant(clock)
        await store.audit.append({ at, actor: userId, action: 'console', purpose: call, outcome, address })
        throw new AppError(outcome)
      }
      if (row.shows === 'patients' && purpose === null) throw new AppError('access.purpose')
      const by = { actor: userId, address, purpose: purpose ?? 'console' }
      const signedOnAt = way === 'sign-on' ? openedAt : null
      return { user: userId, by, token, signedOnAt, subject, site }
    },
  }

  /** Whose session still holds. Who shows one that does not is written down. */
  async function standing(token: string, call: ConsoleCall, address: string) {
    const refused = async (code: 'access.session' | 'access.revoked', actor: Id | null) => {
      await refusals({ code, asked: `${CONSOLE_PATH}${call}`, actor, address })
      return new AppError(code)
    }
    const session = sessionOf(token)
    if (session === null) throw await refused('access.session', null)
    const { userId, passwordHash, openedAt } = session
    const user = await store.access.user(userId)
    if (user === null || user.disabledAt !== null) throw await refused('access.revoked', userId)
    // Disabled and let in again by way of another process: this one had not heard of it.
    const isOver = user.enabledAt !== null && openedAt < user.enabledAt
    if (isOver || user.passwordHash !== passwordHash) throw await refused('access.session', userId)
    return { ...session, subject: await subjectOf(user) }
  }

  async function open(
    user: StoredUser,
    by: Session['by'],
    address: string,
  ): Promise<ConsoleAnswer<'sign-in'>> {
    const roles = rolesIn(await subjectOf(user))
    const at = instant(clock)
    await store.audit.append({
      at,
      actor: user.id,
      action: 'session',
      purpose: by,
      outcome: 'opened',
      address,
    })
    const token = newToken()
    const expiresAt = new Date(clock.now() + sessionLasts).toISOString()
    const { id: userId, passwordHash } = user
    const opened = { openedAt: at, by, expiresAt, address, purpose: null }
    sessions.set(tokenHash(token), { userId, passwordHash, ...opened })
    return { token, expiresAt, name: user.name, roles }
  }

  /** The grants that hold now. Throws `access.revoked`. */
  async function subjectOf(user: StoredUser | null): Promise<Subject> {
    const identity = await store.identity()
    if (user === null || user.disabledAt !== null || identity === null) throw new AppError('access.revoked')
    const at = instant(clock)
    const grants = (await store.access.grants(user.id)).filter((grant) => grantHolds(grant, at))
    return { id: user.id, orgId: identity.organisation.id, grants }
  }
}

function rolesIn({ grants }: Subject): ConsoleRole[] {
  return consoleRoles.filter((role) => grants.some((grant) => grant.role === role))
}

import { grantHolds } from '#app/access/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { Credentials } from '../access/sign-in.ts'
import { userByPassword } from '../access/sign-in.ts'
import type { Throttle } from '../access/throttle.ts'
import { newToken, tokenHash } from '../access/tokens.ts'
import type { Store, StoredUser } from '../store/contract.ts'

// An admin's session: half an hour, by password each time, in this process's memory only. A restart signs out. It opens
// the console's calls and nothing else.

const sessionLasts = 30 * 60_000

export type ConsoleSessions = {
  /** Throws what `userByPassword` throws, and `access.forbidden` for who is no sync admin. */
  signIn(
    credentials: Credentials,
    address: string,
  ): Promise<{ token: string; expiresAt: string; name: string }>
  signOut(token: string): void
  /** The admin of a token. Throws `access.session`, `access.revoked`, `access.forbidden`. */
  admin(token: string): Promise<Id>
}

export function createConsoleSessions(parts: {
  readonly store: Store
  readonly clock: Clock
  readonly throttle: Throttle
}): ConsoleSessions {
  const { store, clock } = parts
  const sessions = new Map<string, { readonly userId: Id; readonly expiresAt: string }>()

  async function insistOnAdmin(user: StoredUser | null): Promise<StoredUser> {
    if (user === null || user.disabledAt !== null) throw new AppError('access.revoked')
    const at = instant(clock)
    const grants = await store.access.grants(user.id)
    if (!grants.some((grant) => grant.role === 'sync-admin' && grantHolds(grant, at))) {
      throw new AppError('access.forbidden')
    }
    return user
  }

  function forgetExpired(): void {
    for (const [hash, { expiresAt }] of sessions) if (expiresAt <= instant(clock)) sessions.delete(hash)
  }

  return {
    async signIn(credentials, address) {
      forgetExpired()
      const user = await userByPassword(parts, 'console', credentials, address)
      const outcome = await insistOnAdmin(user).then(
        () => 'opened' as const,
        (refused: unknown) => refused,
      )
      const at = instant(clock)
      const entry = { at, actor: user.id, action: 'session', purpose: 'console' }
      await store.audit.append({ ...entry, outcome: outcome === 'opened' ? outcome : 'access.forbidden' })
      if (outcome !== 'opened') throw outcome
      const token = newToken()
      const expiresAt = new Date(clock.now() + sessionLasts).toISOString()
      sessions.set(tokenHash(token), { userId: user.id, expiresAt })
      return { token, expiresAt, name: user.name }
    },
    signOut(token) {
      sessions.delete(tokenHash(token))
    },
    async admin(token) {
      forgetExpired()
      const session = sessions.get(tokenHash(token))
      if (session === undefined) throw new AppError('access.session')
      return (await insistOnAdmin(await store.access.user(session.userId))).id
    },
  }
}

import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant, newId } from '#app/kernel/index.ts'
import { applySeed } from '../../replication/apply-seed.ts'
import type { AuditAgent, Store, StoredUser, WriteTransaction } from '../../store/contract.ts'

type Parts = { readonly store: Store; readonly clock: Clock }

/**
 * A user without a password and without a grant: an invitation lets them set the one, two people give the other. Their
 * record among the colleagues comes in the same commit, so that work can be given to them. Throws `access.login-taken`.
 */
export async function addUser(
  { store, clock }: Parts,
  by: AuditAgent,
  { login, name }: { readonly login: string; readonly name: string },
): Promise<StoredUser> {
  const identity = await store.identity()
  if (identity === null) throw new Error('a user without an organisation')
  const occasion = { orgId: identity.organisation.id, at: instant(clock), by }
  return (await store.transaction((tx) => writeUser(tx, occasion, { login, name }))).result
}

type Occasion = { readonly orgId: Id; readonly at: string; readonly by: AuditAgent }

/** The same with whatever else the transaction writes. */
export async function writeUser(
  tx: WriteTransaction,
  { orgId, at, by }: Occasion,
  { login, name }: { readonly login: string; readonly name: string },
): Promise<StoredUser> {
  const blank = { passwordHash: null, secondFactor: null, disabledAt: null, enabledAt: null }
  const user: StoredUser = { id: newId(), login, name, createdAt: at, ...blank }
  if ((await tx.access.userByLogin(login)) !== null) throw new AppError('access.login-taken')
  await tx.access.saveUser(user)
  const rule = { type: 'rule', rule: 'add-user', orgId, at } as const
  const colleague = { userId: user.id, name }
  await applySeed(tx, rule, [{ module: 'people', id: user.id, createdBy: by.actor, data: colleague }])
  tx.stage({ type: 'audit', at, ...by, action: 'add-user', ids: [user.id] })
  return user
}

/** Takes a user's password away: it opens nothing from now on, and an invitation lets them set another. Devices stay as they are. */
export async function forgetPassword({ store, clock }: Parts, by: AuditAgent, userId: Id): Promise<void> {
  await store.transaction(async (tx) => {
    const changed = await tx.access.changeUser(userId, (user) => ({ ...user, passwordHash: null }))
    if (changed === null) throw new AppError('request.invalid', { place: 'id' })
    const at = instant(clock)
    tx.stage({ type: 'audit', at, ...by, action: 'forget-password', ids: [userId] })
  })
}

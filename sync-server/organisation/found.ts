import { grantHolds } from '#app/access/index.ts'
import type { Clock, Id, Role } from '#app/kernel/index.ts'
import { AppError, instant, newId } from '#app/kernel/index.ts'
import type { Organisation } from '#app/protocol/index.ts'
import { invite } from '../access/devices/invitations.ts'
import { writeUser } from '../access/grants/add-user.ts'
import type { Store, StoredUser, WriteTransaction } from '../store/contract.ts'

// How an organisation with real data begins, and how its keepers come back in when nobody else can let them in. Both are for
// whoever runs the server: who holds its data and its key.

type Parts = { readonly store: Store; readonly clock: Clock }

export type Founder = { readonly login: string; readonly name: string }

/** It takes two to give anybody a right: one proposes it, the other approves it. */
export type Founding = {
  readonly name: string
  /** Such as America/Chicago. */
  readonly zone: string
  readonly admin: Founder
  readonly officer: Founder
}

export type Invited = {
  readonly login: string
  readonly name: string
  /** Told once: only a keyed hash of it is kept. */
  readonly code: string
  readonly expiresAt: string
}

/** In the audit, and of first grants: nobody of the organisation. */
const OPERATOR = 'operator'
const byOperator = { actor: OPERATOR, purpose: 'setup' } as const

/** Who can let others in. */
const keepers: readonly Role[] = ['sync-admin', 'privacy-officer']

/**
 * Makes the organisation, for real data, with its first two people, and invites them. Goes on where it was cut short: until the
 * two are there, nobody is. Throws `organisation.there`, and `access.login-taken` where both would have one login.
 */
export async function found(parts: Parts, { name, zone, admin, officer }: Founding): Promise<Invited[]> {
  const organisation = await begin(parts.store, { id: newId(), name, zone, data: 'real' })
  const users = await firstTwo(parts, organisation, admin, officer)
  return invited(parts, users)
}

async function begin(store: Store, wanted: Organisation): Promise<Organisation> {
  const known = (await store.identity())?.organisation
  if (known === undefined) return (await store.createOrganisation(wanted)).organisation
  const isBegun = known.data === 'real' && known.name === wanted.name && known.zone === wanted.zone
  if (!isBegun || (await store.access.users()).length > 0) throw new AppError('organisation.there')
  return known
}

async function firstTwo(
  { store, clock }: Parts,
  { id: orgId }: Organisation,
  admin: Founder,
  officer: Founder,
): Promise<readonly StoredUser[]> {
  const at = instant(clock)
  const { result } = await store.transaction(async (tx) => {
    const users: StoredUser[] = []
    for (const [founder, role] of [
      [admin, 'sync-admin'],
      [officer, 'privacy-officer'],
    ] as const) {
      const user = await writeUser(tx, { orgId, at, by: byOperator }, founder)
      await giveRole(tx, user.id, role, at)
      users.push(user)
    }
    return users
  })
  return result
}

async function giveRole(tx: WriteTransaction, userId: Id, role: Role, at: string): Promise<void> {
  const grant = { id: newId(), userId, role, scope: 'org', from: at, until: null } as const
  const deed = { by: OPERATOR, at }
  await tx.access.saveGrant(grant)
  const proposed = { ...deed, reason: 'The first of the organisation.' }
  await tx.access.saveGrantRecord({ grant, proposed, approved: deed, ended: null })
  const facts = { role, scope: 'org' }
  tx.stage({ type: 'audit', at, ...byOperator, action: 'found', ids: [grant.id, userId], facts })
}

/**
 * Lets an administrator or a privacy officer come in anew who has lost password or second factor, while nobody else can help:
 * both are taken away, and an invitation sets others. Throws `organisation.no-keeper` for anybody else.
 */
export async function letIn(parts: Parts, login: string): Promise<Invited> {
  const { store, clock } = parts
  const at = instant(clock)
  const { result: user } = await store.transaction(async (tx) => {
    const known = await tx.access.userByLogin(login)
    if (known === null || known.disabledAt !== null || !(await keeps(tx, known.id, at)))
      throw new AppError('organisation.no-keeper')
    await tx.access.changeUser(known.id, (user) => ({ ...user, passwordHash: null, secondFactor: null }))
    for (const { id } of await tx.access.passkeys(known.id)) await tx.access.removePasskey(known.id, id)
    tx.stage({ type: 'audit', at, ...byOperator, action: 'let-in', ids: [known.id] })
    return known
  })
  const [one] = await invited(parts, [user])
  if (one === undefined) throw new Error('nobody was invited')
  return one
}

async function keeps({ access }: WriteTransaction, userId: Id, at: string): Promise<boolean> {
  const grants = await access.grants(userId)
  return grants.some((grant) => keepers.includes(grant.role) && grantHolds(grant, at))
}

async function invited(parts: Parts, users: readonly StoredUser[]): Promise<Invited[]> {
  const all: Invited[] = []
  for (const { id, login, name } of users) {
    const { code, expiresAt } = await invite(parts, byOperator, id)
    all.push({ login, name, code, expiresAt })
  }
  return all
}

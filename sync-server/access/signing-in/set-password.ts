import { AppError, instant } from '#app/kernel/index.ts'
import type { StoredUser } from '../../store/contract.ts'
import { invitationRefusal } from '../devices/invited-only.ts'
import { hashPassword } from './password.ts'
import { passwordRefusal } from './password-policy.ts'
import type { Passkeys } from './passkeys.ts'
import { factorRefusal } from './second-factor.ts'
import type { ShownFactor } from './second-factor.ts'
import { userByPassword, userJudged } from './sign-in.ts'
import type { SignInParts } from './sign-in.ts'
import type { Visitor } from './visitor.ts'

// People set their passwords themselves: the first one by an invitation, every other by the one before. Nobody else ever
// knows it, an administrator included.

type PasswordParts = SignInParts & { readonly passkeys: Passkeys }

export type InvitedPassword = ShownFactor & {
  readonly login: string
  readonly invitation: string
  readonly password: string
}

export type ChangedPassword = ShownFactor & {
  readonly login: string
  readonly current: string
  readonly password: string
}

/**
 * The first password of who was invited, or of whose password was forgotten. Uses the invitation not up: it lets a device
 * in afterwards. Throws `access.invitation`, `access.second-factor`, `access.password-set`, `access.password-weak`,
 * `access.throttled`, `access.revoked`.
 */
export async function setInvitedPassword(
  parts: PasswordParts,
  { login, invitation, password, ...shown }: InvitedPassword,
  { address, site }: Visitor,
): Promise<void> {
  const user = await userJudged(parts, 'set-password', { login, address }, async (known) => {
    const refusal = await invitationRefusal(parts, known, invitation, null)
    if (refusal !== null || known === null) return refusal
    return factorRefusal(parts, known, shown, site)
  })
  if (user.passwordHash !== null) throw new AppError('access.password-set')
  await keep(parts, user, { action: 'set-password', password, address })
}

/** Throws what `userByPassword` throws, `access.second-factor`, `access.password-weak`. Ends the user's sessions at the console. */
export async function changePassword(
  parts: PasswordParts,
  { login, current, password, ...shown }: ChangedPassword,
  { address, site }: Visitor,
): Promise<void> {
  const credentials = { login, password: current }
  const user = await userByPassword(parts, 'change-password', credentials, address, (found) =>
    factorRefusal(parts, found, shown, site),
  )
  if (password.normalize('NFKC') === current.normalize('NFKC')) {
    throw new AppError('access.password-weak', { why: 'the one that you have' })
  }
  await keep(parts, user, { action: 'change-password', password, address })
}

type Keeping = {
  readonly action: 'set-password' | 'change-password'
  readonly password: string
  readonly address: string
}

async function keep(
  { store, clock }: SignInParts,
  user: StoredUser,
  { action, password, address }: Keeping,
): Promise<void> {
  const identity = await store.identity()
  const names = [user.login, user.name, identity?.organisation.name ?? '']
  const refusal = await passwordRefusal(password, names)
  if (refusal !== null) throw refusal
  const passwordHash = await hashPassword(password)
  await store.transaction(async (tx) => {
    const changed = await tx.access.changeUser(user.id, (now) => {
      // Of two that set it at once, one does.
      if (now.passwordHash !== user.passwordHash) throw new AppError('access.password-set')
      return { ...now, passwordHash }
    })
    if (changed === null) throw new AppError('access.password-set')
    tx.stage({ type: 'audit', at: instant(clock), actor: user.id, action, outcome: 'kept', address })
  })
}

import type { Id } from '#app/kernel/index.ts'

/** Who somebody is at a provider of single sign-on: its issuer, and the subject that it never gives to anybody else. */
export type ProviderIdentity = { readonly issuer: string; readonly subject: string }

/** Issuer and subject are sealed, and found by a keyed hash. */
export type IdentityStore = {
  /** In the place of the one that the user had. False where it is another user's. */
  linkIdentity(userId: Id, identity: ProviderIdentity, at: string): Promise<boolean>
  unlinkIdentity(userId: Id): Promise<void>
  identityOf(userId: Id): Promise<ProviderIdentity | null>
  userByIdentity(identity: ProviderIdentity): Promise<Id | null>
}

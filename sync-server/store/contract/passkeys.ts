import type { Id } from '#app/kernel/index.ts'

/** A passkey of a user (WebAuthn). Its id, key and label are sealed; it is found by a keyed hash of its id. */
export type StoredPasskey = {
  /** As the authenticator names it, base64url. */
  readonly id: string
  readonly userId: Id
  /** COSE, base64url. */
  readonly publicKey: string
  readonly transports: readonly string[]
  readonly label: string
  /** How often it was used, where the authenticator counts; else 0. */
  readonly counter: number
  readonly createdAt: string
  readonly lastUsedAt: string | null
}

export type PasskeyStore = {
  /** Throws where it is there already. */
  addPasskey(passkey: StoredPasskey): Promise<void>
  /** Of one user, the first first. */
  passkeys(userId: Id): Promise<readonly StoredPasskey[]>
  /** Takes a use down: true where the counter has moved on, or where neither side counts. */
  usePasskey(id: string, counter: number, at: string): Promise<boolean>
  /** True where the user had it. */
  removePasskey(userId: Id, id: string): Promise<boolean>
}

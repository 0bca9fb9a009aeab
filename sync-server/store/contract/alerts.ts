import type { Id } from '#app/kernel/index.ts'

export const alertKinds = [
  'guessing-user',
  'guessing-address',
  'stolen-token',
  'replayed-proof',
  'flooding',
] as const
export type AlertKind = (typeof alertKinds)[number]

/** What an alert is about: two with the same cause are one, as long as nobody has seen it. The address is sealed. */
export type AlertCause = {
  readonly kind: AlertKind
  /** Null: a login that nobody has, or no user in particular. */
  readonly userId: Id | null
  readonly deviceId: Id | null
  readonly address: string | null
}

export type AccessAlert = AlertCause & {
  readonly id: Id
  readonly firstAt: string
  readonly lastAt: string
  readonly count: number
  readonly seenBy: Id | null
  readonly seenAt: string | null
}

export type AlertStore = {
  /** A new alert, or one more of an unseen one; answers it. */
  raiseAlert(cause: AlertCause, at: string): Promise<AccessAlert>
  /** Unseen ones first, then the latest. */
  alerts(limit: number): Promise<readonly AccessAlert[]>
  /** True once for each alert. */
  seeAlert(id: Id, by: Id, at: string): Promise<boolean>

  /** Somebody came in by this login from this address. */
  knowAddress(login: string, address: string, at: string): Promise<void>
  /** Whether that was so since an instant. Only a keyed hash of the two is kept. */
  knowsAddress(login: string, address: string, since: string): Promise<boolean>
  forgetAddresses(before: string): Promise<void>
}

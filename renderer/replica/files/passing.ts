import { AppError, serverAway } from '#app/kernel/index.ts'

const passing: ReadonlySet<string> = new Set([
  ...serverAway,
  'access.session',
  // A challenge serves once: what was sent twice on a bad line finds it used.
  'access.signature',
  'access.throttled',
  'access.proof',
  'access.proof-nonce',
  'blob.busy',
])

/** Whether a transfer that failed so may be tried again by itself. */
export function passes(failure: unknown): boolean {
  return failure instanceof AppError && passing.has(failure.code)
}

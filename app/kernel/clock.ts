/** Milliseconds since the epoch. Injected everywhere, so that tests and the simulation own time. */
export type Clock = { readonly now: () => number }

export const systemClock: Clock = { now: () => Date.now() }

/** An instant as it is stored: ISO 8601 in UTC with milliseconds (RFC 3339). */
export function instant(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}

const FIRST = 500
const LONGEST = 30_000

/**
 * How long to wait before attempt n + 1 after n failures, in milliseconds: doubling, with half of it left to chance, so
 * that a server that comes back is not met by all of its clients at once.
 */
export function backOff(failures: number, chance: number): number {
  const full = Math.min(LONGEST, FIRST * 2 ** Math.max(0, failures - 1))
  return Math.round(full / 2 + (full / 2) * chance)
}

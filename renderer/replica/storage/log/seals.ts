import type { Catalogue } from './catalogue.ts'

/**
 * After so many seals a data key is replaced. Random 96-bit nonces are safe for 2^32 (NIST SP 800-38D, 8.3); this stays
 * 64 times below, and a laptop that writes ten pages a second all day takes a year to get there.
 */
export const MOST_SEALS = 2 ** 26

/** Counts the seals of a commit: two a page, one for the head. */
export function countSeals(catalogue: Catalogue, epoch: number, pages: number): void {
  const before = catalogue.seals.epoch === epoch ? catalogue.seals.count : 0
  catalogue.seals = { epoch, count: before + 2 * pages + 1 }
}

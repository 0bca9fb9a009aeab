import type { Stamp } from '#app/kernel/index.ts'

/** Where a value came from, in two words. */
export function originWords(stamp: Stamp): string {
  switch (stamp.origin) {
    case 'feed':
      return 'From the hospital feed'
    case 'rule':
      return 'Set by a rule'
    case 'seed':
      return 'Sample data'
    case 'person':
      return 'Entered in Rounds'
  }
}

/** Who wrote it: a colleague by name, or where it came from. */
export function writerOf(stamp: Stamp, nameOf: (id: string) => string): string {
  if (stamp.origin !== 'person') return originWords(stamp)
  return nameOf(stamp.by) || 'A colleague'
}

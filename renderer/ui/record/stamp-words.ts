import type { Stamp } from '#app/kernel/index.ts'
import { instantText } from '../format/when.ts'

/** Where a value came from, in two words. */
export function originWords(stamp: Stamp): string {
  switch (stamp.origin) {
    case 'feed':
      return 'From the hospital feed'
    case 'client':
      return 'From a connected system'
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

/** Where and when a value came from. The end of the message's id is what an administrator finds it by. */
export function sourceWords(stamp: Stamp, locale?: string, timeZone?: string): string {
  if (stamp.awaits !== undefined)
    return `Requested ${instantText(stamp.at, locale, timeZone)}, waiting for ${stamp.awaits}`
  const message = stamp.message === undefined ? '' : `, message ${stamp.message.slice(-12)}`
  return `${originWords(stamp)}, ${instantText(stamp.at, locale, timeZone)}${message}`
}

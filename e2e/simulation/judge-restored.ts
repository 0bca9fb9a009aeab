import type { Restoration } from './backups.ts'
import type { AttachedFile, Holding, JournalEntry, ReplicaContent } from './journal.ts'
import type { Lost } from './people.ts'

/** What a backup that was put back has cost: what the server had and no device could bring back. */
export type Losses = {
  isExcused(entry: JournalEntry): boolean
  isFileExcused(file: AttachedFile): boolean
}

type End = {
  /** What the server shows each user in the end. */
  readonly references: ReadonlyMap<string, ReplicaContent>
  /** Devices that the server lets bring nothing back. */
  readonly out: ReadonlySet<string>
  readonly lost: readonly Lost[]
}

export function lossesOf(restorations: readonly Restoration[], { references, out, lost }: End): Losses {
  /** Whether somebody who saw the record from then to the end had it when the backup was put back. */
  const had = (at: Restoration, key: string, has: (holding: Holding) => boolean): boolean => {
    const lostSince = lost.slice(at.lost)
    return at.holdings.some(({ client, login, holding }) => {
      const shown = references.get(login)?.documents.get(key)
      if (out.has(client) || shown === undefined || !has(holding)) return false
      return !lostSince.some((one) => one.login === login && shown.includes(`"${one.scope}"`))
    })
  }
  return {
    isExcused(entry) {
      // The hospital sends again what was lost.
      if (entry.rule === 'feed') return false
      const key = `${entry.module}/${entry.id}`
      const quoted = JSON.stringify(entry.written)
      const has = ({ documents }: Holding) => documents.get(key)?.includes(quoted) === true
      return restorations.some((at) => at.edits.has(entry) && !had(at, key, has))
    },
    isFileExcused(file) {
      const key = `documents/${file.id}`
      const has = ({ files }: Holding) => files.has(file.hash)
      return restorations.some((at) => at.files.has(file) && !had(at, key, has))
    },
  }
}

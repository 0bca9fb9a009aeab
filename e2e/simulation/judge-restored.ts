import type { Restoration } from './backups.ts'
import type { AttachedFile, Holding, JournalEntry, ReplicaContent } from './journal.ts'

/** What a backup that was put back has cost: what the server had and no device could bring back. */
export type Losses = {
  isExcused(entry: JournalEntry): boolean
  isFileExcused(file: AttachedFile): boolean
}

/** `references`: what the server shows each user in the end; `out`: devices that the server lets bring nothing back. */
export function lossesOf(
  restorations: readonly Restoration[],
  references: ReadonlyMap<string, ReplicaContent>,
  out: ReadonlySet<string>,
): Losses {
  /** Whether somebody who sees the record to the end had it when the backup was put back. */
  const had = (at: Restoration, key: string, has: (holding: Holding) => boolean): boolean =>
    at.holdings.some(
      ({ client, login, holding }) =>
        !out.has(client) && references.get(login)?.documents.has(key) === true && has(holding),
    )
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

import { useCallback, useEffect } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { READ_IDS_LIMIT } from '#app/protocol/index.ts'
import { useReplica } from './replica-context.tsx'

// What is on the screen goes into the audit of reads. Names of other records, in links, are not noted apart.

type Shown = { readonly id: Id; readonly rev: string }

/** A record that is open, and its being printed. */
export function useNotedView(module: ModuleName, { id, rev }: Shown): void {
  const replica = useReplica()
  useEffect(() => {
    replica.noteRead({ did: 'view', module, records: [{ id, rev }] })
    const print = () => replica.noteRead({ did: 'print', module, records: [{ id, rev }] })
    window.addEventListener('beforeprint', print)
    return () => window.removeEventListener('beforeprint', print)
  }, [replica, module, id, rev])
}

/** The rows of a list: those that its table tells of, or, where it is drawn otherwise, the first of all. */
export function useNotedList(
  module: ModuleName,
  all: readonly Shown[] | null,
): (rows: readonly Shown[]) => void {
  const replica = useReplica()
  const note = useCallback(
    (rows: readonly Shown[]) => {
      const records = rows.slice(0, READ_IDS_LIMIT).map(({ id, rev }) => ({ id, rev }))
      if (records.length > 0) replica.noteRead({ did: 'list', module, records })
    },
    [replica, module],
  )
  useEffect(() => {
    if (all !== null) note(all)
  }, [note, all])
  return note
}

/** Typing is no search before it pauses, in milliseconds. */
const PAUSE = 1000

export function useNotedSearch(query: string, hits: readonly { readonly id: Id }[]): void {
  const replica = useReplica()
  useEffect(() => {
    if (query.trim().length < 2) return
    const timer = setTimeout(() => {
      const records = hits.map(({ id }) => ({ id }))
      replica.noteRead({ did: 'search', text: query, records })
    }, PAUSE)
    return () => clearTimeout(timer)
  }, [replica, query, hits])
}

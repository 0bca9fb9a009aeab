import '#renderer/shell/boot/index.ts'
import { filter, firstValueFrom, Subject } from 'rxjs'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { StoredDocument } from '#renderer/replica/database/stored-document.ts'
import type { SearchedTable } from '#renderer/replica/search/backlog.ts'
import { SearchIndex } from '#renderer/replica/search/search-index.ts'
import type { Facts } from '../replica/facts.ts'

// The search over the documents of one size, held as the replica's tables hold them. Times are in milliseconds.

type Table = SearchedTable & {
  readonly held: Map<Id, StoredDocument>
  readonly changes$: Subject<readonly { readonly id: Id; readonly now: StoredDocument | undefined }[]>
}

const tables = new Map<CollectionName, Table>()
let index = new SearchIndex()

const bench = {
  async load(size: string): Promise<Facts> {
    const facts = (await fetched(`/documents/${size}/facts.json`)) as Facts
    for (const name of facts.collections) {
      const documents = (await fetched(`/documents/${size}/${name}.json`)) as StoredDocument[]
      const held = new Map(documents.map((document) => [document.id, document]))
      tables.set(name, {
        held,
        changes$: new Subject(),
        documents: () => held.values(),
        get: (id) => held.get(id),
      })
    }
    return facts
  },

  /** Patients alone, at once: what the first question after unlocking waits for; then everything. */
  readIn(): { readonly patients: number; readonly all: number } {
    follow()
    const started = performance.now()
    index.search('nobody', { modules: ['patients'] })
    const patients = performance.now() - started
    index.search('nobody')
    return { patients, all: performance.now() - started }
  },

  /** In the background, and the longest that it held the page up at a time. */
  async readInBehind(): Promise<{ readonly took: number; readonly longest: number }> {
    follow()
    let isOver = false
    let longest = 0
    const started = performance.now()
    const watch = async (): Promise<void> => {
      for (let last = performance.now(); !isOver; last = performance.now()) {
        await new Promise((resolve) => setTimeout(resolve, 0))
        longest = Math.max(longest, performance.now() - last)
      }
    }
    const watching = watch()
    await firstValueFrom(index.state$.pipe(filter(({ isWhole }) => isWhole)))
    isOver = true
    await watching
    return { took: performance.now() - started, longest }
  },

  bytes: (): number => index.bytes,

  ask(text: string): { readonly time: number; readonly hits: number } {
    const started = performance.now()
    const hits = index.search(text, { limit: 24 })
    return { time: performance.now() - started, hits: hits.length }
  },

  /** One record changes and is found in its new form. */
  change(id: Id, subject: string): number {
    const table = tables.get('cases')
    const held = table?.held.get(id)
    if (table === undefined || held === undefined) throw new Error('no such case')
    const now: StoredDocument = { ...held, subject }
    const started = performance.now()
    table.held.set(id, now)
    table.changes$.next([{ id, now }])
    index.search('', {})
    const [hit] = index.search(subject, { modules: ['cases'], limit: 1 })
    if (hit?.id !== id) throw new Error('the change is not found')
    return performance.now() - started
  },
}
export type Bench = typeof bench

function follow(): void {
  index.close()
  index = new SearchIndex()
  for (const [name, table] of tables) index.follow(name, table)
}

async function fetched(path: string): Promise<unknown> {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`the server has no ${path}`)
  return response.json()
}

Object.assign(globalThis, { bench })

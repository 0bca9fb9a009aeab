import { BehaviorSubject } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { ReadProgress, StorageMigrations } from '../contract.ts'
import { collectionIn, editsOf, secondOf } from './catalogue.ts'
import type { Catalogue } from './catalogue.ts'
import type { LayerPlaces } from './layer.ts'
import { LogCollection } from './log-collection.ts'
import type { LogParts } from './log-collection.ts'
import type { DocumentCodec, ReadAs } from './read-collection.ts'

type OpenLogs = {
  readonly reading$: BehaviorSubject<ReadProgress>
  /** Those that are read, by name and version. */
  all(): ReadonlyMap<string, LogCollection>
  /** Reads one after the other, in the order in which they are asked for: what is needed first is here first. */
  open(name: string, version: number, codec: DocumentCodec): Promise<LogCollection>
  /** Who waits for a collection is refused with `replica.locked`; one that is being read ends after a few pages. */
  stop(): void
}

/** Opens collections of the log, and counts the pages read for the progress bar. */
export function openLogs(parts: LogParts, catalogue: Catalogue, migrations: StorageMigrations): OpenLogs {
  const open = new Map<string, LogCollection>()
  const total = [...catalogue.collections.values()].reduce((sum, { pages }) => sum + pages.size, 0)
  const reading$ = new BehaviorSubject<ReadProgress>({ collection: '', read: 0, migrated: 0, total })
  let reading: Promise<unknown> = Promise.resolve()
  let stopped = false

  async function read(name: string, version: number, codec: DocumentCodec): Promise<LogCollection> {
    if (stopped) throw new AppError('replica.locked')
    const today = migrations.versionOf(name)
    const own = `${name}@${version}`
    const [documents, edits] = [placesOf(own, today), placesOf(editsOf(own), today)]
    const readAs: ReadAs = {
      ...codec,
      migrate: (document, from) => migrations.migrate(name, document, from),
    }
    const opened = await LogCollection.open(parts, { documents, edits }, readAs, {
      onPages(pages, older) {
        if (stopped) throw new AppError('replica.locked')
        const { read: before, migrated } = reading$.value
        const reached = Math.min(before + pages, total)
        reading$.next({ collection: name, read: reached, migrated: migrated + older, total })
      },
      onClosed: () => void open.delete(own),
    })
    open.set(own, opened)
    return opened
  }

  /** Its pages may hold older versions; whatever is written from now on is of today's. */
  function placesOf(name: string, today: number): LayerPlaces {
    const first = collectionIn(catalogue, name, today)
    const second = collectionIn(catalogue, secondOf(name), today)
    for (const state of [first, second]) {
      state.schemaVersion = today
      state.said = undefined
    }
    return { first, second }
  }

  return {
    reading$,
    all: () => open,
    open(name, version, codec) {
      const opened = reading.then(() => read(name, version, codec))
      reading = opened.catch(() => undefined)
      return opened
    },
    stop: () => void (stopped = true),
  }
}

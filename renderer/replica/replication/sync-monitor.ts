import { BehaviorSubject } from 'rxjs'
import type { Observable } from 'rxjs'
import { instant } from '#app/kernel/index.ts'
import type { AppError, Clock, CollectionName } from '#app/kernel/index.ts'
import type { Checkpoint, PullAnswer } from '#app/protocol/index.ts'
import type { FilesWaiting, InitialLoad, SyncStatus } from '../contract.ts'
import { nextPhase } from './status.ts'
import type { SyncEvent } from './status.ts'

type Progress = {
  readonly checkpoint: Checkpoint | null
  /** The server's counter, as far as it was heard of. */
  readonly head: number
  /** Everything up to the head is on the disk, seen since the stream was opened. */
  readonly level: boolean
  /** The first load: how many documents came, and how many wait. Null once it is over. */
  readonly loading: { readonly loaded: number; readonly remaining: number } | null
}

type MonitorOptions = {
  readonly names: readonly CollectionName[]
  readonly clock: Clock
  /** The collections whose first load was over before. */
  readonly loaded: ReadonlySet<CollectionName>
  readonly lastReceiptAt: string | null
}

/** What is known of the synchronisation, in one place; the phase follows from it by the table of status.ts. */
export class SyncMonitor {
  readonly #clock: Clock
  readonly #progress = new Map<CollectionName, Progress>()
  readonly #status: BehaviorSubject<SyncStatus>
  readonly status$: Observable<SyncStatus>

  constructor({ names, clock, loaded, lastReceiptAt }: MonitorOptions) {
    this.#clock = clock
    for (const name of names) {
      const loading = loaded.has(name) ? null : { loaded: 0, remaining: 0 }
      this.#progress.set(name, { checkpoint: null, head: 0, level: false, loading })
    }
    this.#status = new BehaviorSubject<SyncStatus>({
      phase: 'offline',
      pending: 0,
      refused: 0,
      files: { count: 0, bytes: 0 },
      initial: this.#initial(),
      lastReceiptAt,
      problem: null,
    })
    this.status$ = this.#status.asObservable()
  }

  status(): SyncStatus {
    return this.#status.value
  }

  event(event: SyncEvent): void {
    // What was level when the stream was last open may have moved since.
    if (event === 'connected') this.#unlevel()
    const connected = event === 'connected' && !this.#isHealing() ? { problem: null } : {}
    this.#emit({ ...connected, phase: nextPhase(this.status().phase, event) })
    this.#settle()
  }

  /** Every collection is to be compared with the server again. */
  compare(): void {
    this.#unlevel()
    this.#settle()
  }

  counted(pending: number, refused: number): void {
    const status = this.status()
    if (status.pending === pending && status.refused === refused) return
    this.#emit({ pending, refused })
    this.#settle()
  }

  filesWait(files: FilesWaiting): void {
    this.#emit({ files })
    this.#settle()
  }

  problem(failure: AppError | null): void {
    if (failure !== null && passing.has(failure.code) && this.#isHealing()) return
    this.#emit({ problem: failure === null ? null : failure.toJSON() })
  }

  /** Whether the collection has to pull: the server's counter or epoch is not where this device stands. */
  heard(name: CollectionName, epoch: string, head: number): boolean {
    const progress = this.#progress.get(name)
    if (progress === undefined) return false
    const { checkpoint } = progress
    const behind = checkpoint?.mode !== 'tail' || checkpoint.epoch !== epoch || checkpoint.seq < head
    this.#set(name, { head: Math.max(head, progress.head), level: progress.level && !behind })
    this.#settle()
    return behind
  }

  pulled(name: CollectionName, { documents, checkpoint, remaining }: PullAnswer): void {
    const progress = this.#progress.get(name)
    if (progress === undefined) return
    const loading =
      progress.loading === null ? null : { loaded: progress.loading.loaded + documents.length, remaining }
    this.#set(name, { checkpoint, loading })
    if (loading !== null) this.#emit({ initial: this.#initial() })
  }

  /** All that was pulled is on the disk. */
  landed(name: CollectionName): void {
    const progress = this.#progress.get(name)
    if (progress?.checkpoint?.mode !== 'tail' || progress.checkpoint.seq < progress.head) return
    const wasLoading = progress.loading !== null
    this.#set(name, { level: true, loading: null })
    if (wasLoading) this.#emit({ initial: this.#initial() })
    this.#settle()
  }

  /** The collections whose first load is over. */
  loaded(): CollectionName[] {
    return [...this.#progress].filter(([, progress]) => progress.loading === null).map(([name]) => name)
  }

  close(): void {
    this.#status.complete()
  }

  #settle(): void {
    const { phase, pending, files } = this.status()
    if (phase !== 'syncing' && phase !== 'done') return
    const settled =
      pending === 0 && files.count === 0 && [...this.#progress.values()].every((progress) => progress.level)
    const next = nextPhase(phase, settled ? 'settled' : 'work')
    if (next === phase) return
    this.#emit(next === 'done' ? { phase: next, ...this.#receipt() } : { phase: next })
  }

  /** Whatever stood in the way is over; only a record that can't be read here stays said. */
  #receipt(): Pick<SyncStatus, 'lastReceiptAt' | 'problem'> {
    const { problem } = this.status()
    const stays = problem?.code.startsWith('sync.') === true || staying.has(problem?.code ?? '')
    return { lastReceiptAt: instant(this.#clock), problem: stays ? problem : null }
  }

  /** Damage stays said until the server has answered everything: then it is healed. */
  #isHealing(): boolean {
    return healing.has(this.status().problem?.code ?? '')
  }

  #initial(): readonly InitialLoad[] | null {
    const entries = [...this.#progress].map(([collection, { loading }]) => ({ collection, loading }))
    if (entries.every(({ loading }) => loading === null)) return null
    return entries.map(({ collection, loading }) => {
      const { loaded, remaining } = loading ?? { loaded: 0, remaining: 0 }
      return { collection, loaded, total: loaded + remaining }
    })
  }

  #unlevel(): void {
    for (const name of this.#progress.keys()) this.#set(name, { level: false })
  }

  #set(name: CollectionName, change: Partial<Progress>): void {
    const progress = this.#progress.get(name)
    if (progress !== undefined) this.#progress.set(name, { ...progress, ...change })
  }

  #emit(change: Partial<SyncStatus>): void {
    this.#status.next({ ...this.status(), ...change })
  }
}

/** Over or not, a person has to know: somebody put an older copy back, or changed the record of who saw what. */
const staying: ReadonlySet<string> = new Set(['replica.older-copy', 'audit.rewritten'])
/** What ends by itself. The phase shows it, so that it need not hide what the person has to know. */
const healing: ReadonlySet<string> = new Set(['replica.damaged', 'replica.older-copy'])
const passing: ReadonlySet<string> = new Set(['network.unreachable', 'server.maintenance'])

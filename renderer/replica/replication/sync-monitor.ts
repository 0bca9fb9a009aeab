import { BehaviorSubject } from 'rxjs'
import type { Observable } from 'rxjs'
import { instant, serverAway } from '#app/kernel/index.ts'
import type { AppError, Clock, CollectionName, Id } from '#app/kernel/index.ts'
import type { Checkpoint, EstimateAnswer, PullAnswer } from '#app/protocol/index.ts'
import type { FilesWaiting, Lag, SyncStatus } from '../contract.ts'
import { FirstLoad } from './first-load.ts'
import { nextPhase } from './status.ts'
import type { SyncEvent } from './status.ts'

type Progress = {
  readonly checkpoint: Checkpoint | null
  /** The server's counter, as far as it was heard of in this epoch. */
  readonly head: number
  readonly epoch: string
  /** Everything up to the head is on the disk, seen since the stream was opened. */
  readonly level: boolean
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
  readonly #load: FirstLoad
  readonly #status: BehaviorSubject<SyncStatus>
  readonly status$: Observable<SyncStatus>

  constructor({ names, clock, loaded, lastReceiptAt }: MonitorOptions) {
    this.#clock = clock
    this.#load = new FirstLoad(names, loaded)
    for (const name of names) this.#progress.set(name, { checkpoint: null, head: 0, epoch: '', level: false })
    this.#status = new BehaviorSubject<SyncStatus>({
      phase: 'offline',
      pending: 0,
      refused: 0,
      files: { count: 0, bytes: 0 },
      initial: this.#load.progress(),
      estimate: null,
      lag: { behind: 0, levelAt: lastReceiptAt },
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

  /** What the server says of the size of the first load. */
  estimated(answer: EstimateAnswer): void {
    this.#load.estimated(answer)
    this.#tellLoad()
  }

  /** The server has said something. Where nothing else is to be done, all that there is is here. */
  alive(): void {
    const { phase, lag } = this.status()
    const now = this.#clock.now()
    if (phase !== 'done' || now - Date.parse(lag.levelAt ?? '1970-01-01') < AS_OFTEN) return
    this.#emit({ lag: { ...lag, levelAt: instant(this.#clock) } })
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
    // Another epoch may count anew: a backup that was put back does, from where it was taken.
    const known = progress.epoch === epoch ? progress.head : 0
    this.#set(name, { head: Math.max(head, known), epoch, level: progress.level && !behind })
    this.#tellLag()
    this.#settle()
    return behind
  }

  pulled(name: CollectionName, answer: PullAnswer): void {
    this.#set(name, { checkpoint: answer.checkpoint })
    if (this.#load.pulled(name, answer, this.#clock.now())) this.#tellLoad()
    this.#tellLag()
  }

  /** Of what the first load brings these came before their turn. */
  cameFirst(name: CollectionName, ids: readonly Id[]): void {
    if (this.#load.cameFirst(name, ids, this.#clock.now())) this.#tellLoad()
  }

  /** All that was pulled is on the disk. */
  landed(name: CollectionName): void {
    const progress = this.#progress.get(name)
    if (progress?.checkpoint?.mode !== 'tail' || progress.checkpoint.seq < progress.head) return
    this.#set(name, { level: true })
    if (this.#load.landed(name)) this.#tellLoad()
    this.#settle()
  }

  /** The collections whose first load is over. */
  loaded(): CollectionName[] {
    return this.#load.over()
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
  #receipt(): Pick<SyncStatus, 'lastReceiptAt' | 'problem' | 'lag'> {
    const { problem } = this.status()
    const stays = problem?.code.startsWith('sync.') === true || staying.has(problem?.code ?? '')
    const now = instant(this.#clock)
    return { lastReceiptAt: now, problem: stays ? problem : null, lag: { behind: 0, levelAt: now } }
  }

  /** Damage stays said until the server has answered everything: then it is healed. */
  #isHealing(): boolean {
    return healing.has(this.status().problem?.code ?? '')
  }

  #tellLoad(): void {
    this.#emit({ initial: this.#load.progress(), estimate: this.#load.estimate() })
  }

  #tellLag(): void {
    const { lag } = this.status()
    const behind = behindOf([...this.#progress.values()])
    if (behind !== lag.behind) this.#emit({ lag: { ...lag, behind } })
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

/** What a walk still compares is not counted: nobody knows of how much of it is another here. */
function behindOf(collections: readonly Progress[]): Lag['behind'] {
  return collections.reduce((sum, { checkpoint, head }) => {
    return sum + (checkpoint?.mode === 'tail' ? Math.max(0, head - checkpoint.seq) : 0)
  }, 0)
}

/** How often at most it is told that everything is still here, in milliseconds. */
const AS_OFTEN = 5000
/** Over or not, a person has to know: somebody put an older copy back, or changed the record of who saw what. */
const staying: ReadonlySet<string> = new Set(['replica.older-copy', 'audit.rewritten'])
/** What ends by itself. The phase shows it, so that it need not hide what the person has to know. */
const healing: ReadonlySet<string> = new Set(['replica.damaged', 'replica.older-copy'])
const passing: ReadonlySet<string> = new Set(serverAway)

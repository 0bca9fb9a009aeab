import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { EstimateAnswer, PullAnswer } from '#app/protocol/index.ts'
import type { InitialLoad, LoadEstimate } from '../contract.ts'
import { LoadPace } from './load-pace.ts'

/**
 * `waits`: no page of it has come, so that its size is only what the server said. `ahead`: what came first, and lies behind the
 * pages that have come: the server counts it in `remaining`, and does not send it again.
 */
type Loading = {
  readonly loaded: number
  readonly ahead: ReadonlySet<Id>
  readonly remaining: number
  readonly state: 'waits' | 'comes' | 'over'
}

const here: Loading = { loaded: 0, ahead: new Set(), remaining: 0, state: 'over' }

/** The first load of a replica, by collection: how far it is, and what the server said of its size. */
export class FirstLoad {
  readonly #loading = new Map<CollectionName, Loading>()
  readonly #names: readonly CollectionName[]
  readonly #pace = new LoadPace()
  #estimate: EstimateAnswer['collections'] | null = null

  /** `loaded`: those whose first load was over before. */
  constructor(names: readonly CollectionName[], loaded: ReadonlySet<CollectionName>) {
    this.#names = names
    for (const name of names) this.#loading.set(name, loaded.has(name) ? here : { ...here, state: 'waits' })
  }

  get isOver(): boolean {
    return this.over().length === this.#names.length
  }

  over(): CollectionName[] {
    return this.#names.filter((name) => this.#of(name).state === 'over')
  }

  estimated(answer: EstimateAnswer): void {
    this.#estimate = answer.collections
  }

  /** These came before their turn. False where the collection is loaded already. */
  cameFirst(name: CollectionName, ids: readonly Id[], at: number): boolean {
    const { ahead, ...rest } = this.#of(name)
    if (rest.state === 'over') return false
    this.#loading.set(name, { ...rest, ahead: new Set([...ahead, ...ids]) })
    this.#note(at)
    return true
  }

  /** A page of it came. False where the collection is loaded already. */
  pulled(name: CollectionName, { documents, remaining, checkpoint }: PullAnswer, at: number): boolean {
    const { loaded, ahead, state } = this.#of(name)
    if (state === 'over') return false
    const passes = (id: Id): boolean => checkpoint.mode === 'tail' || id <= checkpoint.cursor
    const behind = new Set([...ahead].filter((id) => !passes(id)))
    const news = documents.filter(({ id }) => !ahead.has(id)).length
    const passed = ahead.size - behind.size
    this.#loading.set(name, { loaded: loaded + news + passed, ahead: behind, remaining, state: 'comes' })
    this.#note(at)
    return true
  }

  /** All of a collection is on the disk. False where it was before. */
  landed(name: CollectionName): boolean {
    const { loaded, ahead, state } = this.#of(name)
    if (state === 'over') return false
    this.#loading.set(name, { ...here, loaded: loaded + ahead.size })
    return true
  }

  /** In order of priority; null once all are here. */
  progress(): readonly InitialLoad[] | null {
    if (this.isOver) return null
    return this.#names.map((collection) => {
      const { loaded, ahead, remaining, state } = this.#of(collection)
      const told =
        state === 'waits' ? this.#estimate?.find((part) => part.collection === collection) : undefined
      const toCome = Math.max(told?.documents ?? remaining, ahead.size)
      return { collection, loaded: loaded + ahead.size, total: loaded + toCome }
    })
  }

  /** Null once all are here, and before the server has said anything. */
  estimate(): LoadEstimate | null {
    const progress = this.progress()
    if (progress === null || this.#estimate === null) return null
    return {
      documents: sumOf(this.#estimate.map((part) => part.documents)),
      bytes: sumOf(this.#estimate.map((part) => part.bytes)),
      secondsLeft: this.#pace.secondsLeft(sumOf(progress.map(({ loaded, total }) => total - loaded))),
    }
  }

  #note(at: number): void {
    this.#pace.note(at, sumOf([...this.#loading.values()].map(({ loaded, ahead }) => loaded + ahead.size)))
  }

  #of(name: CollectionName): Loading {
    return this.#loading.get(name) ?? here
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}

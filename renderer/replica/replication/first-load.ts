import type { CollectionName } from '#app/kernel/index.ts'
import type { EstimateAnswer, PullAnswer } from '#app/protocol/index.ts'
import type { InitialLoad, LoadEstimate } from '../contract.ts'
import { LoadPace } from './load-pace.ts'

/** `waits`: nothing of it has come, so that its size is only what the server said. */
type Loading = {
  readonly loaded: number
  readonly remaining: number
  readonly state: 'waits' | 'comes' | 'over'
}

const here: Loading = { loaded: 0, remaining: 0, state: 'over' }

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

  /** A page of it came. False where the collection is loaded already. */
  pulled(name: CollectionName, { documents, remaining }: PullAnswer, at: number): boolean {
    const { loaded, state } = this.#of(name)
    if (state === 'over') return false
    this.#loading.set(name, { loaded: loaded + documents.length, remaining, state: 'comes' })
    this.#pace.note(at, sumOf([...this.#loading.values()].map((each) => each.loaded)))
    return true
  }

  /** All of a collection is on the disk. False where it was before. */
  landed(name: CollectionName): boolean {
    const { loaded, state } = this.#of(name)
    if (state === 'over') return false
    this.#loading.set(name, { loaded, remaining: 0, state: 'over' })
    return true
  }

  /** In order of priority; null once all are here. */
  progress(): readonly InitialLoad[] | null {
    if (this.isOver) return null
    return this.#names.map((collection) => {
      const { loaded, remaining, state } = this.#of(collection)
      const told =
        state === 'waits' ? this.#estimate?.find((part) => part.collection === collection) : undefined
      return { collection, loaded, total: loaded + (told?.documents ?? remaining) }
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

  #of(name: CollectionName): Loading {
    return this.#loading.get(name) ?? here
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}

import { BehaviorSubject } from 'rxjs'
import type { Observable } from 'rxjs'
import { z } from 'zod'
import { collectionSchema, idSchema, instantSchema } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { EvictedRef } from '#app/protocol/index.ts'
import type { EvictedRecord } from '../contract.ts'
import type { RecordLog } from '../storage/index.ts'

const evictionSchema = z.strictObject({
  collection: collectionSchema,
  kind: z.string(),
  id: idSchema,
  at: instantSchema,
  confirmedAt: instantSchema.nullable(),
})
export type Eviction = z.infer<typeof evictionSchema>

/** So many are told to the user, the latest: which records left, and nothing of what was in them. */
const MOST = 200
const LATEST = 'latest'

/** What was taken off this device, for its user to see. It is a courtesy: what counts is the server's own account. */
export class EvictionBook {
  readonly #log: RecordLog<string>
  #evictions: readonly Eviction[]
  readonly #told = new BehaviorSubject<readonly EvictedRecord[]>([])
  readonly told$: Observable<readonly EvictedRecord[]> = this.#told.asObservable()
  #turn: Promise<void> = Promise.resolve()

  constructor(log: RecordLog<string>) {
    this.#log = log
    const kept = log.get(LATEST)
    const parsed = z.array(evictionSchema).safeParse(kept === undefined ? [] : JSON.parse(kept))
    this.#evictions = parsed.data ?? []
    this.#tell()
  }

  get isEmpty(): boolean {
    return this.#evictions.length === 0
  }

  /** The latest come first. */
  left(evictions: readonly Omit<Eviction, 'confirmedAt'>[]): void {
    const fresh = evictions.map((eviction) => ({ ...eviction, confirmedAt: null }))
    const again = new Set(fresh.map(({ id }) => id))
    this.#put([...fresh, ...this.#evictions.filter(({ id }) => !again.has(id))])
  }

  cameBack(ids: ReadonlySet<Id>): void {
    const left = this.#evictions.filter(({ id }) => !ids.has(id))
    if (left.length < this.#evictions.length) this.#put(left)
  }

  /** What left and was not confirmed yet. */
  unconfirmed(): readonly EvictedRef[] {
    const open = this.#evictions.filter(({ confirmedAt }) => confirmedAt === null)
    return open.map(({ collection, id }) => ({ collection, id }))
  }

  /** The server has a receipt for all but those that wait. */
  confirmed(waiting: ReadonlySet<Id>, at: string): void {
    const isNews = ({ id, confirmedAt }: Eviction) => confirmedAt === null && !waiting.has(id)
    if (!this.#evictions.some(isNews)) return
    this.#put(this.#evictions.map((one) => (isNews(one) ? { ...one, confirmedAt: at } : one)))
  }

  close(): void {
    this.#told.complete()
  }

  /** What a failing disk does not take is a line less in a list: the disk's failure stops the replica by itself. */
  #put(evictions: readonly Eviction[]): void {
    this.#evictions = evictions.slice(0, MOST)
    this.#tell()
    this.#turn = this.#turn
      .then(() => this.#log.put(LATEST, JSON.stringify(this.#evictions), 'relaxed'))
      .catch(() => undefined)
  }

  #tell(): void {
    this.#told.next(this.#evictions.flatMap(toldOf))
  }
}

function toldOf({ collection, kind, id, at, confirmedAt }: Eviction): readonly EvictedRecord[] {
  const module = moduleOf(collection, kind)
  return module === undefined ? [] : [{ module, id, at, confirmedAt }]
}

function moduleOf(collection: CollectionName, kind: string): EvictedRecord['module'] | undefined {
  return moduleOfKind(collection, kind)?.name as EvictedRecord['module'] | undefined
}

import { collections } from '#app/kernel/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import type { Change } from '../contract.ts'

export type Heads = ReadonlyMap<string, number>

const known: ReadonlySet<string> = new Set(collections)

/**
 * Tells listeners which counters moved, by a commit of this process, a notice of another, or a poll. Numbers that are
 * not news are dropped, the rest goes out once per tick.
 */
export class ChangeHub {
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #seen = new Map<string, number>()
  readonly #pending = new Map<string, number>()
  #tell: (heads: Heads) => void = () => {}
  #tick: NodeJS.Immediate | undefined

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Where the counters stand when listening begins. */
  begin(heads: Heads): void {
    for (const [name, seq] of heads) this.#seen.set(name, seq)
  }

  /** Where a process tells others what it has committed itself. */
  onOwn(tell: (heads: Heads) => void): void {
    this.#tell = tell
  }

  /** A commit of this process. */
  observe(heads: Heads): void {
    if (heads.size > 0) this.#tell(heads)
    this.observeFromOthers(heads)
  }

  observeFromOthers(heads: Heads): void {
    for (const [name, seq] of heads) {
      if (seq <= (this.#seen.get(name) ?? 0)) continue
      this.#seen.set(name, seq)
      this.#pending.set(name, seq)
    }
    if (this.#pending.size > 0) this.#tick ??= setImmediate(() => this.#emit())
  }

  close(): void {
    if (this.#tick !== undefined) clearImmediate(this.#tick)
    this.#listeners.clear()
  }

  #emit(): void {
    this.#tick = undefined
    const changes = [...this.#pending].map(([name, seq]) => changeOf(name, seq))
    this.#pending.clear()
    for (const change of changes) for (const listener of this.#listeners) listener(change)
  }
}

function changeOf(name: string, seq: number): Change {
  if (isCollection(name)) return { type: 'documents', collection: name, seq }
  return { type: name === 'inbox' || name === 'feeds' || name === 'outbox' ? name : 'access' }
}

function isCollection(name: string): name is CollectionName {
  return known.has(name)
}

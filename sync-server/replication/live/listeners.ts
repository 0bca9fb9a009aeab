import type { Subject } from '#app/access/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'

/** Somebody on a stream, and what they may, as of a number of the access counter. */
export type Listener = {
  readonly userId: Id
  readonly deviceId: Id
  /** Where the stream was opened from. */
  readonly address?: string | undefined
  readonly subject: Subject
  readonly expiresAt: string
  readonly epoch: string
  readonly collections: readonly CollectionName[]
  readonly rightsAt: number
}

/** Everybody who listens, found by the scopes of their grants: a write looks at whom it concerns, not at everybody. */
export class Listeners {
  readonly #all = new Map<Listener, number>()
  readonly #byScope = new Map<string, Set<Listener>>()

  #arrivals = 0

  add(listener: Listener): void {
    this.#all.set(listener, (this.#arrivals += 1))
    for (const { scope } of listener.subject.grants) {
      const known = this.#byScope.get(scope) ?? new Set()
      this.#byScope.set(scope, known.add(listener))
    }
  }

  remove(listener: Listener): void {
    this.#all.delete(listener)
    for (const { scope } of listener.subject.grants) {
      const known = this.#byScope.get(scope)
      known?.delete(listener)
      if (known?.size === 0) this.#byScope.delete(scope)
    }
  }

  get size(): number {
    return this.#all.size
  }

  /** How many have come so far. Whoever comes later was not among those of whom something was chosen now. */
  get arrivals(): number {
    return this.#arrivals
  }

  wasHereAt(listener: Listener, arrivals: number): boolean {
    return (this.#all.get(listener) ?? Infinity) <= arrivals
  }

  /** Whoever has a grant that may cover one of these scopes (`rolesOver`). Nobody else sees such a document. */
  concernedBy(scopes: readonly string[]): ReadonlySet<Listener> {
    if (scopes.includes('org')) return new Set(this.#all.keys())
    const concerned = new Set<Listener>()
    for (const scope of ['org', ...scopes]) {
      for (const listener of this.#byScope.get(scope) ?? []) concerned.add(listener)
    }
    return concerned
  }
}

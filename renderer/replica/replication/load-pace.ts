/** Over how long the pace is taken, in milliseconds: pages come in bursts, and lines get better and worse. */
const WINDOW = 15_000
/** Before so long nothing is promised. */
const LEAST = 1000

type Seen = { readonly at: number; readonly loaded: number }

/** How long a load will still take, by how fast it has come lately. Times in milliseconds. */
export class LoadPace {
  #seen: readonly Seen[] = []

  note(at: number, loaded: number): void {
    const recent = this.#seen.filter((one) => at - one.at <= WINDOW)
    // Whatever was seen last before the window began still counts, so that a slow load has a pace, too.
    const before = recent.length > 0 ? recent : this.#seen.slice(-1)
    this.#seen = [...before, { at, loaded }]
  }

  /** Null while nothing can be said. */
  secondsLeft(remaining: number): number | null {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)]
    if (first === undefined || last === undefined) return null
    const [took, came] = [last.at - first.at, last.loaded - first.loaded]
    if (took < LEAST || came <= 0) return null
    return Math.ceil((remaining * took) / came / 1000)
  }
}

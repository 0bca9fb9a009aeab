/**
 * Lets few tasks run at a time, the most urgent of those that wait first (lowest rank), and equals in order of arrival.
 */
export class PriorityLane {
  readonly #width: number
  readonly #waiting: { readonly rank: number; readonly enter: () => void }[] = []
  #running = 0

  constructor(width: number) {
    this.#width = width
  }

  async run<Result>(rank: number, task: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#width) await this.#turn(rank)
    else this.#running += 1
    try {
      return await task()
    } finally {
      this.#leave()
    }
  }

  #turn(rank: number): Promise<void> {
    return new Promise((enter) => {
      const after = this.#waiting.findIndex((other) => other.rank > rank)
      this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, { rank, enter })
    })
  }

  /** Hands its place to the next, or gives it up. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next.enter()
  }
}

export type Grouping<Item> = {
  /** How much one commit takes, by `weigh`: at least one item, whatever it weighs. */
  readonly most: number
  /** One each unless said otherwise. */
  readonly weigh?: (item: Item) => number
  /** Commits under way at a time: more than one where a commit is mostly a wait for others. */
  readonly lanes?: number
}

/**
 * Lets callers that meet share one commit: while one batch is being written the next gathers, so the cost of making
 * something durable is paid once for all of them. Order of arrival is kept within a lane.
 */
export function groupCommit<Item, Result>(
  commit: (items: readonly Item[]) => Promise<readonly Result[]>,
  { most, weigh = () => 1, lanes = 1 }: Grouping<Item>,
): (item: Item) => Promise<Result> {
  type Waiting = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }
  const waiting: Waiting[] = []
  let running = 0

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await gathered()
      const batch = takeBatch()
      if (batch.length === 0) break
      try {
        const results = await commit(batch.map((entry) => entry.item))
        for (const [index, entry] of batch.entries()) entry.resolve(results[index] as Result)
      } catch (error) {
        for (const entry of batch) entry.reject(error)
      }
    }
    running -= 1
  }

  /**
   * A turn of the event loop, and another one as long as each brings more: those that arrive together come into one batch,
   * and whoever waits for nothing but a database that answers at once leaves sockets and timers their turn. Callers that
   * were answered together ask again within a few turns, so that one commit goes on serving them all.
   */
  async function gathered(): Promise<void> {
    let before: number
    do {
      before = waiting.length
      await new Promise(setImmediate)
    } while (waiting.length > before && before < most)
  }

  function takeBatch(): Waiting[] {
    let weight = 0
    const end = waiting.findIndex(({ item }, index) => (weight += weigh(item)) > most && index > 0)
    return waiting.splice(0, end === -1 ? waiting.length : end)
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (running >= lanes) return
      running += 1
      void run()
    })
}

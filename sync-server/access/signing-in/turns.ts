/** Tasks of one key run one after the other; those of different keys do not wait for each other. */
export function createTurns(): <T>(key: string, run: () => Promise<T>) => Promise<T> {
  const queues = new Map<string, Promise<unknown>>()
  return async (key, run) => {
    const turn = (queues.get(key) ?? Promise.resolve()).then(run, run)
    queues.set(key, turn)
    try {
      return await turn
    } finally {
      if (queues.get(key) === turn) queues.delete(key)
    }
  }
}

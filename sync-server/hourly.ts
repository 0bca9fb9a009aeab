const HOUR = 3_600_000

/** Does something every hour until it is closed, which waits for the round that is under way. */
export function everyHour(
  work: () => Promise<unknown>,
  onFault: (fault: unknown) => void,
): { close(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(work).catch(onFault)
  }, HOUR).unref()
  return {
    async close() {
      clearInterval(timer)
      await running
    },
  }
}

/** Nothing waits longer for the page to be idle, in milliseconds. */
const LATEST = 200

/** Runs a task once the page has nothing better to do; returns what calls it off. */
export function whenIdle(task: () => void): () => void {
  if ('requestIdleCallback' in globalThis) {
    const handle = requestIdleCallback(task, { timeout: LATEST })
    return () => cancelIdleCallback(handle)
  }
  const handle = setTimeout(task, 0)
  return () => clearTimeout(handle)
}

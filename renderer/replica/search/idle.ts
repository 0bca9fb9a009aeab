/** Nothing waits longer for the page to be idle, in milliseconds. */
const LATEST = 200

/** Runs a task once the page has nothing better to do, after a pause in milliseconds; returns what calls it off. */
export function whenIdle(task: () => void, pause = 0): () => void {
  if (pause > 0) {
    let callOff: () => void
    const handle = setTimeout(() => (callOff = whenIdle(task)), pause)
    callOff = () => clearTimeout(handle)
    return () => callOff()
  }
  if ('requestIdleCallback' in globalThis) {
    const handle = requestIdleCallback(task, { timeout: LATEST })
    return () => cancelIdleCallback(handle)
  }
  const handle = setTimeout(task, 0)
  return () => clearTimeout(handle)
}

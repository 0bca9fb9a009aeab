/** Nothing waits longer for the page to be idle, in milliseconds. */
const LATEST = 200
/** How long work holds up a page that is not idle at a time, in milliseconds: less than half a frame. */
const SLICE = 6

/**
 * Runs a task once the page has nothing better to do, after a pause in milliseconds; returns what calls it off. The task is
 * told until when it may go on, as `performance.now()` has it: an idle page lends its time for up to 50 ms.
 */
export function whenIdle(task: (until: number) => void, pause = 0): () => void {
  if (pause > 0) {
    let callOff: () => void
    const handle = setTimeout(() => (callOff = whenIdle(task)), pause)
    callOff = () => clearTimeout(handle)
    return () => callOff()
  }
  const begin = (lent: number): void => task(performance.now() + Math.max(lent, SLICE))
  if ('requestIdleCallback' in globalThis) {
    const handle = requestIdleCallback((deadline) => begin(deadline.timeRemaining()), { timeout: LATEST })
    return () => cancelIdleCallback(handle)
  }
  const handle = setTimeout(() => begin(0), 0)
  return () => clearTimeout(handle)
}

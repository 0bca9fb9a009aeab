/** A clerk who is called away leaves the screen open: after this long without a hand on it, it locks. */
export const IDLE_MILLISECONDS = 15 * 60_000

const signsOfLife = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

type IdleOptions = {
  readonly target: EventTarget
  readonly limit: number
  readonly now: () => number
  /** Calls back at an interval; the answer stops it. */
  every(milliseconds: number, task: () => void): () => void
  onIdle(): void
}

/**
 * Watches for a person. Only trusted events count: libraries dispatch mouse moves of their own. Time is compared, not
 * counted, so that a machine that slept locks when it wakes.
 */
export function watchIdle({ target, limit, now, every, onIdle }: IdleOptions): () => void {
  let last = now()
  const stopChecking = every(Math.min(limit / 4, 15_000), () => {
    if (now() - last < limit) return
    stop()
    onIdle()
  })

  function onEvent(event: Event): void {
    if (event.isTrusted) last = now()
  }

  function stop(): void {
    stopChecking()
    for (const name of signsOfLife) target.removeEventListener(name, onEvent, { capture: true })
  }

  for (const name of signsOfLife) target.addEventListener(name, onEvent, { capture: true, passive: true })
  return stop
}

import { setTimeout as wait } from 'node:timers/promises'

/** A pause that ends early where there is a reason. */
export type Rest = {
  /** Until the time is over, or a nudge finds that it is time already. */
  rest(milliseconds: number, isTime: () => boolean): Promise<void>
  nudge(): void
}

export function openRest(): Rest {
  let nudge: () => void = () => undefined
  return {
    async rest(milliseconds, isTime) {
      const pause = new AbortController()
      nudge = () => {
        if (isTime()) pause.abort()
      }
      await wait(milliseconds, undefined, { signal: pause.signal }).catch(() => undefined)
    },
    nudge: () => nudge(),
  }
}

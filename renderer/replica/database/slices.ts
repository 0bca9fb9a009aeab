import { giveWay } from '../give-way.ts'

/** How long work in the background may hold up the page at a time, in milliseconds. */
const SLICE = 8

/** Gives way to whoever waits, but only where it has been a while. One of these for each piece of work. */
export function slices(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < SLICE) return
    await giveWay()
    since = performance.now()
  }
}

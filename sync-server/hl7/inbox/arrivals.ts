/** Whether messages are being taken in just now: to acknowledge goes before to apply. */
export type Arrivals = {
  /** A message has come. Answers what to call once it is answered. */
  begin(): () => void
  /** One is in hand, or was a moment ago: a sender's next message follows the answer to the one before. */
  readonly isAny: boolean
}

/** From an answer to the sender's next message: across the lines of a hospital, or while its processor is busy. */
export const QUIET_MILLISECONDS = 10

/** `now` in milliseconds. */
export function openArrivals(now: () => number = () => performance.now()): Arrivals {
  let inHand = 0
  let lastAt = -Infinity
  return {
    begin() {
      inHand += 1
      return () => {
        inHand -= 1
        lastAt = now()
      }
    },
    get isAny() {
      return inHand > 0 || now() - lastAt < QUIET_MILLISECONDS
    },
  }
}

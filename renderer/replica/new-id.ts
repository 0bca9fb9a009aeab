import type { Id } from '#app/kernel/index.ts'

/** How many ids of one millisecond are told apart by their order: the 12 bits behind the version. */
const MOST = 0x1000

let lastTime = 0
let count = 0

/**
 * A new UUIDv7, as the kernel's `newId` makes them, and each greater than the one before (RFC 9562, sections 5.7 and 6.2). Its chance
 * comes from the browser's own `randomUUID`, whose variant stands in the same place: an edit of many records waits for as many.
 */
export function newId(): Id {
  const now = Date.now()
  count += 1
  if (now > lastTime || count === MOST) {
    lastTime = Math.max(now, lastTime + 1)
    count = 0
  }
  const time = lastTime.toString(16).padStart(12, '0')
  const order = count.toString(16).padStart(3, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}${crypto.randomUUID().slice(18)}`
}

import { AppError } from '#app/kernel/index.ts'

/** What a browser, and Dexie in its name, call a disk without room. */
const NO_ROOM = 'QuotaExceededError'

/**
 * Says a failure in the catalogue's words where the disk had no room for something: `replica.write-failed`. What lies beside
 * the pages (the header, the list of replicas, the machine's own keys) fails as the browser has it.
 */
export function inWords(failure: unknown): unknown {
  return isWithoutRoom(failure) ? new AppError('replica.write-failed', {}, { cause: failure }) : failure
}

/** Looks at the cause, too: Dexie hands on what the browser said as `inner`, an aborted transaction as its cause. */
function isWithoutRoom(failure: unknown): boolean {
  if (failure instanceof AppError || !(failure instanceof Error || failure instanceof DOMException))
    return false
  if (failure.name === NO_ROOM) return true
  const beneath = 'inner' in failure ? failure.inner : failure.cause
  return beneath !== undefined && beneath !== null && beneath !== failure && isWithoutRoom(beneath)
}

import type { HostResult } from '#app/host/index.ts'

export type Updates = { state(): HostResult<'updateState'> }

/** What is known of a newer version. Nothing looks for one yet: updates are rolled out by the administrator. */
export function createUpdates(): Updates {
  return { state: () => ({ state: 'none' }) }
}

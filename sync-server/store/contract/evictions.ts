import type { Id } from '#app/kernel/index.ts'
import type { DocumentRef } from './documents.ts'

/** What of a device's copy was taken back, told in numbers. */
export type EvictionCount = {
  readonly deviceId: Id
  readonly outstanding: number
  /** When the first of the outstanding ones was taken back; null where there is none. */
  readonly since: string | null
  readonly acknowledged: number
  readonly acknowledgedAt: string | null
}

/** Which documents were taken off which device, and which of them it has said to be gone from its disk. */
export type EvictionStore = {
  /** Tombstones are on their way to a device. One that it has not answered yet stays as old as it is. */
  addEvictions(deviceId: Id, refs: readonly DocumentRef[], at: string): Promise<void>
  /** Not acknowledged yet, the longest first. */
  outstandingEvictions(deviceId: Id, limit: number): Promise<readonly DocumentRef[]>
  /** `all`: the whole copy is gone. Answers those that were outstanding. */
  acknowledgeEvictions(
    deviceId: Id,
    refs: readonly DocumentRef[] | 'all',
    at: string,
  ): Promise<readonly DocumentRef[]>
  /** The documents are within the user's reach again before the device answered: there is nothing to answer. */
  withdrawEvictions(deviceId: Id, refs: readonly DocumentRef[]): Promise<void>
  evictionCounts(): Promise<readonly EvictionCount[]>
  /** Those acknowledged before an instant. */
  forgetEvictions(before: string): Promise<void>
}

import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { Organisation, User } from '#app/protocol/index.ts'

/** One field's new value, for the measurements of writing. */
export type Change = {
  readonly module: ModuleName
  readonly collection: CollectionName
  readonly id: Id
  readonly field: string
  readonly value: string
}

/** What a page has to know of the documents that the server offers it. */
export type Facts = {
  readonly collections: readonly CollectionName[]
  /** Documents from everywhere: when all of them are here, everything is loaded. */
  readonly sample: readonly (readonly [ModuleName, Id])[]
  readonly jsonBytes: number
  /** The first screen: a page of appointments from the beginning of the day on, by id, and a search for patients. */
  readonly dayBegins: string
  readonly today: readonly Id[]
  readonly term: string
  readonly hits: number
  /** Local times from which the indexed query reads a page of appointments. */
  readonly starts: readonly string[]
  /** Parts of patients' names. */
  readonly terms: readonly string[]
  readonly writes: readonly Change[]
  readonly scattered: readonly Change[]
  readonly replicaId: Id
  readonly deviceId: Id
  readonly user: User
  readonly organisation: Organisation
}

/** How many rows a page of a list shows, and a search. */
export const PAGE = 50

// Whom the replica is compared with, and what they can't do. `bench/peers` brings PouchDB; RxDB is the client's own.

export const contenderNames = ['rounds', 'rxdb-dexie', 'rxdb-dexie-crypto-js', 'pouchdb'] as const
export type ContenderName = (typeof contenderNames)[number]
export type PeerName = Exclude<ContenderName, 'rounds'>
export const peerNames: readonly PeerName[] = ['rxdb-dexie', 'rxdb-dexie-crypto-js', 'pouchdb']

export type MetricName =
  | 'bulk'
  | 'write'
  | 'scattered'
  | 'query'
  | 'substring'
  | 'unlock'
  | 'unlock-full'
  | 'heap'

const UNSEARCHABLE = 'cannot query what it encrypts'

/** What stands in the results in place of a figure. */
export const cannot: Readonly<Record<PeerName, Partial<Record<MetricName, string>>>> = {
  'rxdb-dexie': {},
  'rxdb-dexie-crypto-js': {
    query: UNSEARCHABLE,
    substring: UNSEARCHABLE,
    unlock: `${UNSEARCHABLE}, so it can show no first screen`,
    'unlock-full': `${UNSEARCHABLE}, so it can show no first screen`,
    heap: 'holds no document in memory, since it can answer no query',
  },
  pouchdb: {},
}

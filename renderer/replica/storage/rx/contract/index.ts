import { changes } from './changes.ts'
import { lifecycle } from './lifecycle.ts'
import { reading } from './reading.ts'
import type { ContractCase } from './stage.ts'
import { writing } from './writing.ts'

// What RxDB asks of a storage (rxdb 17, types/rx-storage.interface.d.ts), and every case of RxDB's own tests of a storage
// (test/unit/rx-storage-implementations.test.ts, which its package does not bring), told in our words. Left out of those:
//
// - attachments: this storage refuses a schema that has them;
// - several processes that tell each other by a channel, and several databases in one storage: this one serves one
//   database of one owner window (storage/machine/replica-hold.ts). Two instances of one collection side by side are in;
// - documents shortened by the plugin for key compression, which is not ours to have: odd documents are in;
// - `prepareQuery`, `getSortComparator`, `getQueryMatcher`: functions of RxDB, which no storage brings.

export type { ContractCase } from './stage.ts'

export const storageContract: readonly ContractCase[] = [...writing, ...reading, ...changes, ...lifecycle]

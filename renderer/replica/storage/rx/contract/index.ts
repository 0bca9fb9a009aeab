import { changes } from './changes.ts'
import { lifecycle } from './lifecycle.ts'
import { reading } from './reading.ts'
import type { ContractCase } from './stage.ts'
import { writing } from './writing.ts'

// What RxDB asks of a storage (rxdb 17, types/rx-storage.interface.d.ts). Attachments excepted: this storage refuses a
// schema that has them. Excepted too, since this storage serves one database of one owner by design: instances of several
// processes that tell each other by a channel, and databases of several names in one storage.

export type { ContractCase } from './stage.ts'

export const storageContract: readonly ContractCase[] = [...writing, ...reading, ...changes, ...lifecycle]

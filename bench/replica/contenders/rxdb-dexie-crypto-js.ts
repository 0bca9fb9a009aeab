import { wrappedKeyEncryptionCryptoJsStorage } from 'rxdb/plugins/encryption-crypto-js'
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie'
import { envelopeFields } from '#app/kernel/index.ts'
import type { AnyModule, CollectionName } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Facts } from '../facts.ts'
import type { Contender } from './contender.ts'
import { rxdbContender } from './rxdb-dexie.ts'

/** RxDB over its Dexie storage with its free encryption: every field but the key, which it can't encrypt. */
export function rxdbDexieCryptoContender(facts: Facts): Contender {
  return rxdbContender(facts, {
    storage: wrappedKeyEncryptionCryptoJsStorage({ storage: getRxStorageDexie() }),
    password: 'four words for benchmarks',
    schemaOf(name) {
      const fields = fieldsOf(name)
      const properties = Object.fromEntries(fields.map((field) => [field, {}]))
      return {
        properties: { id: { type: 'string', maxLength: 36 }, ...properties },
        encrypted: fields,
      }
    },
  })
}

function fieldsOf(collection: CollectionName): string[] {
  const own = Object.values<AnyModule>(modules).filter((module) => module.collection === collection)
  const fields = new Set([
    ...envelopeFields,
    ...own.flatMap((module) => Object.keys(module.fields)),
    'searchText',
  ])
  fields.delete('id')
  return [...fields]
}

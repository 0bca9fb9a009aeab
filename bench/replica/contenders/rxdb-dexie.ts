import { createRxDatabase } from 'rxdb'
import type { RxCollection, RxDatabase, RxJsonSchema, RxStorage } from 'rxdb'
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie'
import type { AnyDocument, CollectionName } from '#app/kernel/index.ts'
import { PAGE } from '../facts.ts'
import type { Change, Facts } from '../facts.ts'
import type { Contender } from './contender.ts'
import { withSearchText } from './search-text.ts'

const START = 'start.local'

type Fields = { id: string; [field: string]: unknown }
type Options = {
  readonly storage: RxStorage<unknown, unknown>
  readonly password?: string
  /** What a collection's schema has beyond the key. */
  readonly schemaOf: (name: CollectionName) => Partial<RxJsonSchema<Fields>>
}

/** RxDB over its Dexie storage, plain, with an index on the start of appointments. */
export function rxdbDexieContender(facts: Facts): Contender {
  return rxdbContender(facts, { storage: getRxStorageDexie(), schemaOf: indexed })
}

function indexed(name: CollectionName): Partial<RxJsonSchema<Fields>> {
  if (name !== 'appointments') return {}
  const start = { type: 'object', properties: { local: { type: 'string', maxLength: 19 } } }
  return { properties: { id: key, start }, indexes: [START] }
}

const key = { type: 'string', maxLength: 36 } as const

export function rxdbContender({ collections }: Facts, options: Options): Contender {
  let database: RxDatabase | undefined
  let opened: Record<string, RxCollection<Fields>> = {}

  async function open(): Promise<void> {
    const { storage, password } = options
    database = await createRxDatabase({
      name: 'peer',
      storage,
      multiInstance: false,
      ...(password && { password }),
    })
    const creators = collections.map((name) => [name, { schema: schemaOf(name) }])
    opened = await database.addCollections(Object.fromEntries(creators))
  }

  function schemaOf(name: CollectionName): RxJsonSchema<Fields> {
    return {
      version: 0,
      primaryKey: 'id',
      type: 'object',
      properties: { id: key },
      additionalProperties: true,
      ...options.schemaOf(name),
    } as unknown as RxJsonSchema<Fields>
  }

  function collection(name: CollectionName): RxCollection<Fields> {
    const found = opened[name]
    if (found === undefined) throw new Error('no such collection is open')
    return found
  }

  async function idsOf(name: CollectionName, selector: object, more: object = {}): Promise<string[]> {
    const found = await collection(name)
      .find({ selector, ...more })
      .exec()
    return found.map(({ id }) => id)
  }

  return {
    async create(documents) {
      await open()
      const prepared = [...documents].map(([name, held]) => [name, held.map(withSearchText)] as const)
      return {
        async insert() {
          for (const [name, rows] of prepared) await insertAll(collection(name), rows)
        },
      }
    },
    async finish() {
      await database?.close()
    },
    approach: () => Promise.resolve(),
    open,
    patientsWith: (text) => idsOf('patients', { searchText: { $regex: text } }, { limit: PAGE }),
    isLoaded: () => Promise.resolve(true),
    appointmentsFrom: (local) =>
      idsOf('appointments', { [START]: { $gte: local } }, { sort: [{ [START]: 'asc' }], limit: PAGE }),
    async update({ collection: name, id, field, value }) {
      const held = await collection(name).findOne(id).exec()
      await held?.patch({ [field]: value })
    },
    async updateAll(changes) {
      for (const [name, own] of Map.groupBy(changes, (change) => change.collection)) {
        await updateTogether(collection(name), own)
      }
    },
  }
}

/** In one call, which is faster than many of 1,000 (measured: by a third). */
async function insertAll(collection: RxCollection<Fields>, rows: readonly AnyDocument[]): Promise<void> {
  const { error } = await collection.bulkInsert([...rows])
  if (error.length > 0) throw new Error('documents were refused')
}

async function updateTogether(collection: RxCollection<Fields>, changes: readonly Change[]): Promise<void> {
  const held = await collection.findByIds(changes.map(({ id }) => id)).exec()
  const next = changes.map(({ id, field, value }) => ({
    ...held.get(id)?.toMutableJSON(),
    id,
    [field]: value,
  }))
  const { error } = await collection.bulkUpsert(next)
  if (error.length > 0) throw new Error('documents were refused')
}

import { modules } from '#app/modules/index.ts'
import { Pouch } from '../../peers/pouchdb.js'
import type { PouchDocument, PouchIndex } from '../../peers/pouchdb.js'
import { PAGE } from '../facts.ts'
import type { Change } from '../facts.ts'
import type { Contender } from './contender.ts'
import { withSearchText } from './search-text.ts'

const BATCH = 1000
const START = 'start.local'
const SEARCH = 'searchText'

/** Each walks the documents of one kind only, which is the fastest that `find` can be told. */
const indexes: readonly PouchIndex['index'][] = [
  { ddoc: 'starts', fields: [START], partial_filter_selector: { kind: modules.appointments.kind } },
  { ddoc: 'words', fields: [SEARCH], partial_filter_selector: { kind: modules.patients.kind } },
]

/** One database for all kinds, as PouchDB's own guides have it. */
export function pouchContender(): Contender {
  let database: Pouch | undefined

  function opened(): Pouch {
    if (database === undefined) throw new Error('no database is open')
    return database
  }

  async function idsWhere(
    index: string,
    field: string,
    condition: object,
    more: object = {},
  ): Promise<string[]> {
    const { docs } = await opened().find({ selector: { [field]: condition }, use_index: index, ...more })
    return docs.map(({ _id }) => _id)
  }

  return {
    async create(documents) {
      database = new Pouch('peer')
      // An empty database has opened only when it has answered.
      await database.find({ selector: { _id: '' } })
      const rows = [...documents.values()]
        .flat()
        .map((document): PouchDocument => ({ _id: document.id, ...withSearchText(document) }))
      return {
        async insert() {
          for (let at = 0; at < rows.length; at += BATCH) await opened().bulkDocs(rows.slice(at, at + BATCH))
        },
      }
    },
    async finish() {
      for (const index of indexes) {
        await opened().createIndex({ index })
        // An index is built by the first query.
        await idsWhere(index.ddoc, index.fields[0] ?? '', { $gt: null }, { limit: 1 })
      }
      await opened().close()
    },
    approach: () => Promise.resolve(),
    async open() {
      database = new Pouch('peer')
    },
    patientsWith: (text) =>
      idsWhere('words', SEARCH, { $gt: null, $regex: new RegExp(text) }, { limit: PAGE }),
    isLoaded: () => Promise.resolve(true),
    appointmentsFrom: (local) => idsWhere('starts', START, { $gte: local }, { sort: [START], limit: PAGE }),
    async update({ id, field, value }) {
      const held = await opened().get(id)
      await opened().put({ ...held, [field]: value })
    },
    async updateAll(changes: readonly Change[]) {
      const { rows } = await opened().allDocs({ keys: changes.map(({ id }) => id), include_docs: true })
      const next = changes.map(({ field, value }, at) => ({ ...rows[at]?.doc, [field]: value }))
      await opened().bulkDocs(next as unknown as PouchDocument[])
    },
  }
}

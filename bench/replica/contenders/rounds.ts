import { filter, firstValueFrom } from 'rxjs'
import { replicateRxCollection } from 'rxdb/plugins/replication'
import { instant, systemClock } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { PULL_LIMIT, PUSH_LIMIT } from '#app/protocol/index.ts'
import type { Checkpoint } from '#app/protocol/index.ts'
import { connectHost } from '#renderer/host/index.ts'
import { openReplicaWith, systemEnvironment } from '#renderer/replica/index.ts'
import type { RecordChange } from '#renderer/replica/contract.ts'
import type { Replica } from '#renderer/replica/index.ts'
import { priority } from '#renderer/replica/database/collections.ts'
import { openDatabase } from '#renderer/replica/database/database.ts'
import type { ReplicaCollection, ReplicaDatabase } from '#renderer/replica/database/database.ts'
import { fromWire } from '#renderer/replica/database/stored-document.ts'
import type { ReplicatedDocument } from '#renderer/replica/database/stored-document.ts'
import { Settings } from '#renderer/replica/identity.ts'
import {
  createKeyRing,
  decodeKeyRecord,
  encodeKeyRecord,
  openKeyRing,
  workerRunner,
} from '#renderer/replica/keys/index.ts'
import type { KeyRing } from '#renderer/replica/keys/index.ts'
import { REPLICATION } from '#renderer/replica/replication/derived-meta.ts'
import { pushModifier } from '#renderer/replica/replication/push-handler.ts'
import { SearchIndex } from '#renderer/replica/search/search-index.ts'
import { openDexiePageStore, openEncryptedStorage } from '#renderer/replica/storage/index.ts'
import type { EncryptedStorage, PageStore } from '#renderer/replica/storage/index.ts'
import { nobodysSigner } from '#renderer/replica/testing/nobodys-signer.ts'
import { PAGE } from '../facts.ts'
import type { Change, Facts } from '../facts.ts'
import type { Contender, Filling } from './contender.ts'

const DATABASE = 'rounds-bench'
const PASSPHRASE = 'four words for benchmarks'

/** The encrypted replica with all its parts: filled by RxDB, then opened as at every unlock, offline. */
export function roundsContender(facts: Facts): Contender {
  const { replicaId } = facts
  const { host } = connectHost('bench')
  const circumstances = { host, runner: workerRunner }
  let filled: Filled | undefined
  let inHand: { readonly pageStore: PageStore; readonly keys: KeyRing } | undefined
  let replica: Replica | undefined

  function opened(): Replica {
    if (replica === undefined) throw new Error('no replica is open')
    return replica
  }

  const idsOf = (views: readonly { readonly id: string }[]) => views.map(({ id }) => id)

  return {
    async create(documents) {
      const pageStore = await openDexiePageStore(DATABASE)
      const { ring, record } = await createKeyRing({ ...circumstances, replicaId, passphrase: PASSPHRASE })
      await pageStore.writeHeader(encodeKeyRecord(record))
      const storage = await openEncryptedStorage({ pageStore, replicaId, keys: ring })
      const database = await openDatabase(replicaId, storage.rxStorage, priority)
      await database.ready
      const made = new Filled(storage, database, documents)
      filled = made
      return { insert: () => made.insert() }
    },
    finish: async () => filled?.finish(facts),
    async approach() {
      const pageStore = await openDexiePageStore(DATABASE)
      const header = await pageStore.readHeader()
      if (header === null) throw new Error('no replica is here')
      const keys = await openKeyRing({
        ...circumstances,
        record: decodeKeyRecord(header),
        passphrase: PASSPHRASE,
      })
      inHand = { pageStore, keys }
    },
    async open() {
      if (inHand === undefined) throw new Error('no key is in hand')
      const storage = await openEncryptedStorage({ ...inHand, replicaId })
      const fetch = () => Promise.reject(new TypeError('there is no network here'))
      replica = await openReplicaWith({
        replicaId,
        storage,
        signer: nobodysSigner,
        environment: { ...systemEnvironment, fetch },
      })
    },
    async patientsWith(text) {
      return idsOf(opened().search(text, { modules: ['patients'], limit: PAGE }))
    },
    async isLoaded() {
      await firstValueFrom(opened().searchState$.pipe(filter(({ isWhole }) => isWhole)))
      // One by one: a list of everything would parse, and keep, everything.
      for (const [name, id] of facts.sample) if ((await opened().get(name, id)) === null) return false
      return true
    },
    async appointmentsFrom(local) {
      const query = { module: 'appointments', by: { index: 'start', from: local }, limit: PAGE } as const
      return idsOf(await firstValueFrom(opened().list(query)))
    },
    async update(asked) {
      const { module, id, change } = recordChange(asked)
      await opened().update(module, id, change as never)
    },
    updateAll: (changes) => opened().updateAll(changes.map(recordChange)),
  }
}

/** Which module and field is known when it runs only; the replica validates both. */
function recordChange({ module, id, field, value }: Change): RecordChange {
  return { module, id, change: { [field]: value } } as RecordChange
}

/** A replica while it is filled: by the door through which a first load comes. The search follows. */
class Filled {
  readonly #storage: EncryptedStorage
  readonly #database: ReplicaDatabase
  readonly #documents: Filling
  readonly #search = new SearchIndex()

  constructor(storage: EncryptedStorage, database: ReplicaDatabase, documents: Filling) {
    this.#storage = storage
    this.#database = database
    this.#documents = documents
    for (const name of database.names) this.#search.follow(name, database.table(name))
  }

  async insert(): Promise<void> {
    for (const [name, rows] of this.#documents) {
      const left = await this.#database.table(name).load(rows)
      if (left.length > 0) throw new Error('documents were here before')
    }
  }

  async finish({ user, organisation, deviceId }: Facts): Promise<void> {
    for (const [name, rows] of this.#documents) await keepCheckpoints(this.#database.collection(name), rows)
    const settings = new Settings(await this.#storage.records('settings'))
    await settings.keepIdentity({ deviceId, serverUrl: location.origin, user, organisation })
    await settings.keepSync({ loaded: this.#database.names, lastReceiptAt: instant(systemClock) })
    this.#search.close()
    await this.#database.close()
    await this.#storage.close()
  }
}

/** The replication finds everything here, and remembers that: as after a first load. */
async function keepCheckpoints(collection: ReplicaCollection, rows: readonly AnyDocument[]): Promise<void> {
  const end: Checkpoint = { epoch: 'bench', mode: 'tail', cursor: '', until: 0, seq: rows.length }
  const state = replicateRxCollection<ReplicatedDocument, Checkpoint>({
    replicationIdentifier: REPLICATION,
    collection,
    live: false,
    waitForLeadership: false,
    toggleOnDocumentVisible: false,
    pull: {
      handler: (from) =>
        Promise.resolve({
          documents: from === undefined ? rows.slice(-1).map(fromWire) : [],
          checkpoint: end,
        }),
      batchSize: PULL_LIMIT,
    },
    push: {
      handler: () => Promise.reject(new Error('nothing was edited')),
      batchSize: PUSH_LIMIT,
      modifier: pushModifier,
    },
  })
  await state.awaitInSync()
  await state.cancel()
}

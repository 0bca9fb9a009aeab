import { filter, firstValueFrom } from 'rxjs'
import type { RxReplicationState } from 'rxdb/plugins/replication'
import { replicateRxCollection } from 'rxdb/plugins/replication'
import { instant, systemClock } from '#app/kernel/index.ts'
import type { AnyDocument, CollectionName } from '#app/kernel/index.ts'
import { PULL_LIMIT, PUSH_LIMIT } from '#app/protocol/index.ts'
import type { Checkpoint } from '#app/protocol/index.ts'
import { connectHost } from '#renderer/host/index.ts'
import { openReplicaWith, systemEnvironment } from '#renderer/replica/index.ts'
import type { Replica } from '#renderer/replica/index.ts'
import { priority } from '#renderer/replica/database/collections.ts'
import { openDatabase } from '#renderer/replica/database/database.ts'
import type { ReplicaDatabase } from '#renderer/replica/database/database.ts'
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
import { pushModifier } from '#renderer/replica/replication/push-handler.ts'
import { SearchIndex } from '#renderer/replica/search/search-index.ts'
import { openDexiePageStore, openEncryptedStorage } from '#renderer/replica/storage/index.ts'
import type { EncryptedStorage, PageStore } from '#renderer/replica/storage/index.ts'
import { PAGE } from '../facts.ts'
import type { Change, Facts } from '../facts.ts'
import type { Contender, Filling } from './contender.ts'

const DATABASE = 'rounds-bench'
const PASSPHRASE = 'four words for benchmarks'

type Pulling = RxReplicationState<ReplicatedDocument, Checkpoint>

/** The encrypted replica with all its parts: filled by RxDB's replication, then opened as at every unlock, offline. */
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
      const made = new Filled(storage, await openDatabase(replicaId, storage.rxStorage, priority))
      filled = made
      return { insert: () => made.fill(documents) }
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
        signer: { sign: () => Promise.resolve('') },
        environment: { ...systemEnvironment, fetch },
      })
    },
    async patientsWith(text) {
      return idsOf(opened().search(text, { modules: ['patients'], limit: PAGE }))
    },
    async isLoaded() {
      // One by one: a list of everything would make, and keep, a second copy of everything.
      for (const [name, id] of facts.sample) if ((await opened().get(name, id)) === null) return false
      return true
    },
    async appointmentsFrom(local) {
      const query = { module: 'appointments', by: { index: 'start', from: local }, limit: PAGE } as const
      return idsOf(await firstValueFrom(opened().list(query)))
    },
    async update(change) {
      await edit(opened(), change)
    },
    async updateAll(changes) {
      await Promise.all(changes.map((change) => edit(opened(), change)))
    },
  }
}

/** Which module and field is known when it runs only; the replica validates both. */
function edit(replica: Replica, { module, id, field, value }: Change): Promise<unknown> {
  return replica.update(module, id, { [field]: value } as never)
}

/**
 * A replica while it is filled: what RxDB's replication pulls out of the page's memory goes to disk with the replication's
 * own second copy, and into the search.
 */
class Filled {
  readonly #storage: EncryptedStorage
  readonly #database: ReplicaDatabase
  readonly #search = new SearchIndex()
  #pulling: readonly Pulling[] = []

  constructor(storage: EncryptedStorage, database: ReplicaDatabase) {
    this.#storage = storage
    this.#database = database
    for (const name of database.names) this.#search.follow(name, database.table(name))
  }

  async fill(documents: Filling): Promise<void> {
    this.#pulling = this.#database.names.map((name) => this.#pull(name, documents.get(name) ?? []))
    for (const state of this.#pulling) await state.start()
    await Promise.all(this.#pulling.map(landed))
  }

  async finish({ user, organisation, deviceId }: Facts): Promise<void> {
    for (const state of this.#pulling) {
      await state.awaitInSync()
      await state.cancel()
    }
    const settings = new Settings(await this.#storage.records('settings'))
    await settings.keepIdentity({ deviceId, serverUrl: location.origin, user, organisation })
    await settings.keepSync({ loaded: this.#database.names, lastReceiptAt: instant(systemClock) })
    this.#search.close()
    await this.#database.close()
    await this.#storage.close()
  }

  /** As the client's replication does it, without the wire. */
  #pull(name: CollectionName, documents: readonly AnyDocument[]): Pulling {
    return replicateRxCollection<ReplicatedDocument, Checkpoint>({
      replicationIdentifier: 'rounds',
      collection: this.#database.collection(name),
      live: true,
      autoStart: false,
      waitForLeadership: false,
      toggleOnDocumentVisible: false,
      pull: {
        async handler(checkpoint, size) {
          const from = checkpoint?.seq ?? 0
          const page = documents.slice(from, from + size).map(fromWire)
          const seq = from + page.length
          return {
            documents: page,
            checkpoint: { epoch: 'bench', mode: 'tail', cursor: '', until: 0, seq },
          }
        },
        batchSize: PULL_LIMIT,
      },
      push: {
        handler: () => Promise.reject(new Error('nothing was edited')),
        batchSize: PUSH_LIMIT,
        modifier: pushModifier,
      },
    })
  }
}

/** Once everything that was pulled is on disk and visible. */
async function landed({ internalReplicationState: state }: Pulling): Promise<void> {
  if (state === undefined) throw new Error('the replication did not start')
  await firstValueFrom(state.firstSyncDone.down.pipe(filter((done) => done)))
  await state.streamQueue.down
}

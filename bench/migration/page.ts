import '#renderer/shell/boot/index.ts'
import { fillWithDefaultSettings } from 'rxdb'
import type { RxDocumentData, RxStorageInstance } from 'rxdb'
import { collections } from '#app/kernel/index.ts'
import type { AnyDocument, CollectionName } from '#app/kernel/index.ts'
import { allModules } from '#app/modules/index.ts'
import { rxSchemaOf } from '#renderer/replica/database/collections.ts'
import { fromWire } from '#renderer/replica/database/stored-document.ts'
import type { ReplicatedDocument } from '#renderer/replica/database/stored-document.ts'
import { collectionVersions } from '#renderer/replica/migration/collection-versions.ts'
import { storageMigrations } from '#renderer/replica/migration/storage-migrations.ts'
import { openDexiePageStore, openEncryptedStorage } from '#renderer/replica/storage/index.ts'
import type { EncryptedStorage, PageStore } from '#renderer/replica/storage/index.ts'
import type { Facts } from '../replica/facts.ts'

// A replica that the version before filled, and the version after it: each of its documents, of every module, gets one
// sign more by a step that must be taken exactly once. Times are in milliseconds.

type Instance = RxStorageInstance<ReplicatedDocument, unknown, unknown>
type Open = { readonly pageStore: PageStore; readonly storage: EncryptedStorage }

const STEP = 99
const next = storageMigrations({
  versions: Object.fromEntries(
    collections.map((name) => {
      const moved = allModules.filter(({ collection }) => collection === name)
      return [name, [...collectionVersions[name], moved.map(({ kind }) => ({ kind, to: STEP }))]]
    }),
  ) as unknown as typeof collectionVersions,
  moduleOfKind: () => ({
    migrations: { [STEP]: (document) => ({ ...document, signs: `${signsOf(document)}+` }) },
  }),
})

function signsOf(document: AnyDocument): string {
  return typeof document['signs'] === 'string' ? document['signs'] : ''
}

let open: Open | undefined
let instances = new Map<CollectionName, Instance>()

/** The same key in every start: this replica protects nothing. */
const raw = new Uint8Array(32).fill(7)
const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])

const bench = {
  /** A replica of the version before. */
  async fill(size: string): Promise<void> {
    const facts = (await fetched(`/documents/${size}/facts.json`)) as Facts
    await start('before', facts.replicaId)
    for (const name of facts.collections) {
      const documents = (await fetched(`/documents/${size}/${name}.json`)) as AnyDocument[]
      for (let from = 0; from < documents.length; from += 1000) {
        const rows = documents.slice(from, from + 1000).map((view) => ({ document: stored(view) }))
        await instances.get(name)?.bulkWrite(rows, 'replication-downstream-bench')
      }
    }
    await stop()
  },

  /** Opens and reads all; answers how long it took, and how many pages are of the version before. */
  async open(version: 'before' | 'after', replicaId: string): Promise<{ took: number; outdated: number }> {
    const began = performance.now()
    await start(version, replicaId)
    return { took: performance.now() - began, outdated: open?.storage.outdatedPages() ?? 0 }
  },

  /** Writes the pages again; tells how far it is on the way. */
  async rewrite(): Promise<number> {
    const began = performance.now()
    await open?.storage.reseal({
      signal: new AbortController().signal,
      onProgress: ({ done, total }) => {
        document.body.dataset['share'] = String(total === 0 ? 1 : done / total)
      },
    })
    return performance.now() - began
  },

  /** How many documents there are, and how many of them did not take the step exactly once; pages that are damaged. */
  async check(): Promise<{ documents: number; wrong: number; damaged: number }> {
    let [documents, wrong] = [0, 0]
    for (const instance of instances.values()) {
      const { documents: all } = (await instance.getChangedDocumentsSince?.(1_000_000)) ?? { documents: [] }
      documents += all.length
      wrong += all.filter((document) => signsOf(document) !== '+').length
    }
    return { documents, wrong, damaged: open?.storage.damage().pages ?? 0 }
  },

  close: stop,
}
export type Bench = typeof bench
Object.assign(globalThis, { bench })
document.body.dataset['ready'] = ''

async function start(version: 'before' | 'after', replicaId: string): Promise<void> {
  const pageStore = await openDexiePageStore('rounds-bench')
  const storage = await openEncryptedStorage({
    pageStore,
    replicaId,
    keys: { epoch: 1, dataKey: (epoch) => (epoch === 1 ? key : undefined) },
    ...(version === 'after' ? { migrations: next } : {}),
  })
  open = { pageStore, storage }
  instances = new Map()
  for (const name of collections) instances.set(name, await instanceOf(storage, name))
}

async function stop(): Promise<void> {
  await open?.storage.close()
  await open?.pageStore.close()
  open = undefined
}

function instanceOf({ rxStorage }: EncryptedStorage, collectionName: CollectionName): Promise<Instance> {
  return rxStorage.createStorageInstance<ReplicatedDocument>({
    databaseInstanceToken: 'bench',
    databaseName: 'bench',
    collectionName,
    schema: fillWithDefaultSettings(rxSchemaOf()),
    options: {},
    multiInstance: false,
    devMode: false,
  })
}

function stored(view: AnyDocument): RxDocumentData<ReplicatedDocument> {
  const members = { _attachments: {}, _meta: { lwt: Date.now() }, _rev: '1-bench' }
  return { ...members, ...fromWire(view) }
}

async function fetched(path: string): Promise<unknown> {
  return (await fetch(path)).json()
}

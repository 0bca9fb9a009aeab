import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { derivedId, newId, systemClock } from '#app/kernel/index.ts'
import type { AnyDocument, Clock, CollectionName, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { postgresTables } from '../../store/testing/postgres-tables.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { MllpConfig } from '../../config.ts'
import { createWriteDoor } from '../../replication/write-door.ts'
import type { WriteDoor } from '../../replication/write-door.ts'
import { openStore } from '../../store/index.ts'
import type { Reach, Store } from '../../store/index.ts'
import type { StoredAgreement } from '../../store/contract.ts'
import { demoFeed } from '../demo-feed.ts'
import { feedOf, settingsJson } from '../feed-config.ts'
import type { FeedSettings } from '../feed-config.ts'
import { startHl7 } from '../index.ts'
import type { Hl7 } from '../index.ts'

// A real store in a folder of its own, a real door, a real listener.

export const site: Id = derivedId('hl7', 'test site')

/** With whoever is told by the hospital's feed; it is on file from the first start on. */
export const agreement: StoredAgreement = {
  id: derivedId('hl7', 'test agreement'),
  kind: 'baa',
  parties: { ours: 'Synthetic Clinic', theirs: 'General Hospital' },
  document: { title: 'Contract 3' },
  from: '2020-01-01',
  until: null,
  createdAt: '2020-01-01T00:00:00.000Z',
  endedAt: null,
}

export type Hospital = {
  readonly store: Store
  readonly door: WriteDoor
  readonly hl7: Hl7
  readonly faults: unknown[]
  documents(collection: CollectionName): Promise<AnyDocument[]>
  /** Of one module. */
  records(module: ModuleName): Promise<AnyDocument[]>
  close(): Promise<void>
}

/** Tests have no time to wait for a partner that is down. */
const SHORT_PAUSE = { first: 20, most: 100 }

export type HospitalOptions = {
  /** Kept, and used again: for a second start. */
  readonly folder?: string
  readonly settings?: Partial<FeedSettings>
  readonly door?: (door: WriteDoor) => Pick<WriteDoor, 'feed'>
  readonly clock?: Clock
  readonly config?: Partial<MllpConfig>
  readonly dialect?: Store['dialect']
  /** A PostgreSQL that outlives this hospital: for a second start. */
  readonly databaseUrl?: string | undefined
}

export async function openHospital({
  folder,
  settings,
  door: wrap,
  clock = systemClock,
  config,
  dialect = 'sqlite',
  databaseUrl,
}: HospitalOptions = {}): Promise<Hospital> {
  const dataFolder = folder ?? (await mkdtemp(join(tmpdir(), 'rounds-hl7-')))
  const database = dialect === 'postgres' ? await postgresTables() : null
  const masterKey = Buffer.alloc(32, 7).toString('base64')
  const store = await openStore({
    dataFolder,
    masterKey,
    databaseUrl: databaseUrl ?? database?.url,
    schema: database?.schema,
  })
  if ((await store.identity()) === null) {
    await store.createOrganisation({
      id: newId(),
      name: 'Synthetic',
      data: 'synthetic',
      zone: 'America/New_York',
    })
  }
  if ((await store.integrations.agreement(agreement.id)) === null)
    await store.integrations.saveAgreement(agreement)
  const feed = demoFeed({
    site,
    authority: { namespace: 'GENERAL', universalId: '2.999.1', universalIdType: 'ISO' },
    zone: 'America/New_York',
    at: '2026-05-01T00:00:00.000Z',
  })
  if ((await store.feeds.list()).length === 0) {
    await store.feeds.save({
      ...feed,
      settings: settingsJson({ ...feedOf({ ...feed, version: 1 }).settings, ...settings }),
    })
  }
  const faults: unknown[] = []
  const door = createWriteDoor({ store, clock, onFault: (fault) => faults.push(fault) })
  const log = { warn: () => undefined, error: (facts: object) => void faults.push(facts) }
  const listening = { host: '127.0.0.1', port: 0, ...config }
  const hl7 = await startHl7({
    store,
    door: { ...door, ...wrap?.(door) },
    config: listening,
    log,
    clock,
    sendPause: SHORT_PAUSE,
  })
  return {
    store,
    door,
    hl7,
    faults,
    documents: (collection) => documentsOf(store, collection, commonKinds),
    records: (module) => documentsOf(store, modules[module].collection, [modules[module].kind]),
    async close() {
      await hl7.close()
      await store.close()
      await database?.drop()
      if (folder === undefined) await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

const commonKinds = ['patient', 'encounter', 'observation', 'appointment']

async function documentsOf(
  store: Store,
  collection: CollectionName,
  kinds: readonly string[],
): Promise<AnyDocument[]> {
  const everything: Reach = [{ kinds, scopes: 'all', sensitive: true }]
  return store.snapshot(async (read) => {
    const rows = await read.changes(collection, everything, { after: 0, limit: 100_000 })
    const ids = [...new Set(rows.map(({ id }) => id))]
    return (await read.documents(collection, ids)).map(({ body }) => body.doc)
  })
}

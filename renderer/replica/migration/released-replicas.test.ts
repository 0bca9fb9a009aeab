import { readdirSync, readFileSync } from 'node:fs'
import { filter, firstValueFrom } from 'rxjs'
import { afterEach, describe, expect, test } from 'vitest'
import { collections, documentSchema } from '#app/kernel/index.ts'
import type { AnyDocument, CollectionName } from '#app/kernel/index.ts'
import { moduleOfKind, modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { Replica } from '../contract.ts'
import { FORMAT, formatOf } from '../storage/cipher/page-format.ts'
import type { StorageMigrations } from '../storage/index.ts'
import { diskOf, readFixture } from '../testing/fixtures/fixture.ts'
import type { Fixture } from '../testing/fixtures/fixture.ts'
import { openFixture } from '../testing/fixtures/open-fixture.ts'
import { coordinator, reached } from '../testing/replica-on-memory.ts'
import { ScriptedServer } from '../testing/scripted-server.ts'
import { noDamage } from '../testing/storage-instance.ts'
import { collectionVersions } from './collection-versions.ts'
import { storageMigrations } from './storage-migrations.ts'

// Every replica that a released version left on a disk opens with the code of today: key record, head, pages, settings,
// what RxDB keeps for itself, and the documents.

const folder = new URL('../testing/fixtures/', import.meta.url)
const fixtures = readdirSync(folder)
  .filter((name) => /^replica-v\d+\.json$/.test(name))
  .map((name) => [name, readFixture(readFileSync(new URL(name, folder), 'utf8'))] as const)

let open: Replica | undefined
afterEach(async () => {
  await open?.lock()
  open = undefined
})

const offline: typeof fetch = () => Promise.reject(new TypeError('no network'))

describe.each(fixtures)('%s', (_name, fixture) => {
  const written = documentsOf(fixture)
  const pending = written.filter(({ document }) => document.edit !== '')

  test('opens without a network and without damage, every document a whole one of today', async () => {
    const opened = await openFixture(fixture, diskOf(fixture), offline)
    open = opened.replica
    expect(opened.storage.damage()).toEqual(noDamage)
    expect(written.length).toBeGreaterThan(collections.length)
    for (const { collection, document } of written) {
      const module = moduleOfKind(collection, document.kind)
      const view = module && (await open.get(module.name as ModuleName, document.id))
      const problem = module && documentSchema(module).safeParse(view).error?.issues[0]
      const what = `${document.kind}: a field that changes needs a new version of its module, and a migration`
      expect(problem, what).toBeUndefined()
      expect(view).toMatchObject({ id: document.id, rev: document.rev, edit: document.edit })
    }
  })

  test('keeps what waits for the server, and what the server refused', async () => {
    open = (await openFixture(fixture, diskOf(fixture), offline)).replica
    expect(pending).not.toEqual([])
    expect(open.status()).toMatchObject({ pending: pending.length, refused: fixture.quarantine.length })
    const entries = await firstValueFrom(open.quarantine$)
    expect(entries.map(({ id, documentId }) => [id, documentId])).toEqual(
      fixture.quarantine.map(({ id, documentId }) => [id, documentId]),
    )
    for (const { module, changes } of entries) {
      expect(Object.keys(modules[module].fields)).toEqual(expect.arrayContaining(Object.keys(changes)))
    }
  })

  test('sends each waiting edit once, with its name and the state it rests on, and nothing else', async () => {
    const { user, organisation } = coordinator()
    const server = new ScriptedServer({ user, organisation })
    for (const { collection, document } of written) if (isSettled(document)) server.know(collection, document)
    open = (await openFixture(fixture, diskOf(fixture), server.fetch)).replica
    await reached(open, 'done')
    await firstValueFrom(open.status$.pipe(filter((status) => status.pending === 0)))
    const sent = server.pushes.flat().map(({ id, edit, rev }) => `${id} ${edit} ${rev}`)
    const waiting = pending.map(({ document: { id, edit, rev } }) => `${id} ${edit} ${rev}`)
    expect(new Set(sent)).toEqual(new Set(waiting))
    expect(sent).toHaveLength(waiting.length)
  })
})

describe('the replicas that are kept', () => {
  const byVersion = fixtures.map(([, fixture]) => fixture).toSorted((a, b) => a.version - b.version)
  const instruction =
    'A format or a version of documents has none. Write one with the code that has it: npm run fixture -- VERSION'

  test('are of every format that was ever written', () => {
    const formats = new Set(byVersion.map(({ disk: { head } }) => formatOf(head)))
    expect(formats, instruction).toEqual(new Set(Array.from({ length: FORMAT }, (_, at) => at + 1)))
  })

  test('end with one that is as replicas are today: nothing of it is migrated', async () => {
    const newest = byVersion.at(-1)
    if (newest === undefined) throw new Error('there is none')
    const { replica, storage } = await openFixture(newest, diskOf(newest), offline)
    open = replica
    const { read, migrated } = await firstValueFrom(storage.reading$)
    expect(read).toBeGreaterThan(collections.length)
    expect([migrated, formatOf(newest.disk.head)], instruction).toEqual([0, FORMAT])
  })

  test('have each version of every collection between them', async () => {
    const migrated = await Promise.all(byVersion.map(versionsIn))
    for (const collection of collections) {
      const versions = new Set(migrated.map((found) => found[collection] ?? 0))
      const all = Array.from({ length: collectionVersions[collection].length + 1 }, (_, version) => version)
      expect(versions, `${collection}: ${instruction}`).toEqual(new Set(all))
    }
  })
})

/** The version that a fixture's documents are of, by collection: as they are told to whoever migrates them, else today's. */
async function versionsIn(fixture: Fixture): Promise<Partial<Record<CollectionName, number>>> {
  const found: Partial<Record<CollectionName, number>> = {}
  for (const name of collections) found[name] = collectionVersions[name].length
  const today = storageMigrations()
  const migrations: StorageMigrations = {
    ...today,
    migrate(collection, document, from) {
      if (collections.some((name) => name === collection)) found[collection as CollectionName] = from
      return today.migrate(collection, document, from)
    },
  }
  const { replica } = await openFixture(fixture, diskOf(fixture), offline, migrations)
  await replica.lock()
  return found
}

function isSettled(document: AnyDocument): boolean {
  return document.edit === '' && document.rev !== ''
}

type Written = { readonly collection: CollectionName; readonly document: AnyDocument }

function documentsOf({ documents }: Fixture): Written[] {
  return collections.flatMap((collection) =>
    (documents[collection] ?? []).map((document) => ({ collection, document })),
  )
}

import { readFileSync } from 'node:fs'
import { filter, firstValueFrom } from 'rxjs'
import { afterEach, expect, test } from 'vitest'
import { collections } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { Replica, RotationStatus } from '../contract.ts'
import { diskOf, readFixture } from '../testing/fixtures/fixture.ts'
import { openFixture } from '../testing/fixtures/open-fixture.ts'
import { coordinator, reached } from '../testing/replica-on-memory.ts'
import { ScriptedServer } from '../testing/scripted-server.ts'
import { collectionVersions } from './collection-versions.ts'
import { storageMigrations } from './storage-migrations.ts'

// What the next migration will do to a whole replica: cases of version 1 meet a version 2 that is not there yet.

const fixture = readFixture(
  readFileSync(new URL('../testing/fixtures/replica-v1.json', import.meta.url), 'utf8'),
)
const next = storageMigrations({
  versions: { ...collectionVersions, cases: [...collectionVersions.cases, [{ kind: 'case', to: 99 }]] },
  moduleOfKind: (collection, kind) =>
    kind === 'case' ? { migrations: { 99: withUpperSubject } } : moduleOfKind(collection, kind),
})

function withUpperSubject({ subject, ...document }: AnyDocument): AnyDocument {
  return { ...document, subject: String(subject).toUpperCase() }
}

let open: Replica | undefined
afterEach(async () => {
  await open?.lock()
  open = undefined
})

function knowing(): ScriptedServer {
  const { user, organisation } = coordinator()
  const server = new ScriptedServer({ user, organisation })
  for (const collection of collections) {
    for (const document of fixture.documents[collection] ?? []) {
      if (document.rev !== '' && document.edit === '') server.know(collection, document)
    }
  }
  return server
}

test('an edit waits on in the new shape; replication knows the rest as it did; the pages follow behind', async () => {
  const disk = diskOf(fixture)
  const server = knowing()
  const { replica, storage } = await openFixture(fixture, disk, server.fetch, next)
  open = replica
  expect(storage.outdatedPages()).toBeGreaterThan(0)
  const told: RotationStatus[] = []
  replica.rotation$.subscribe((status) => told.push(status))
  await reached(replica, 'done')
  await firstValueFrom(replica.status$.pipe(filter(({ pending }) => pending === 0)))

  const waiting = (fixture.documents.cases ?? []).filter(({ edit }) => edit !== '')
  const sent = server.pushes.flat()
  expect(sent.map(({ edit }) => edit).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
    waiting.map(({ edit }) => edit).toSorted((a, b) => (a < b ? -1 : 1)),
  )
  for (const { doc, id, rev } of sent) {
    const before = waiting.find((document) => document.id === id)
    expect([rev, doc['subject']]).toEqual([before?.rev, String(before?.['subject']).toUpperCase()])
  }
  // The older version may have left out what it could not read: everything is compared once.
  expect(server.pulls.some(({ checkpoint, held }) => checkpoint === null && held !== undefined)).toBe(true)

  await expect.poll(() => storage.outdatedPages()).toBe(0)
  expect(told).toContainEqual(expect.objectContaining({ phase: 'rewriting', why: 'version' }))
  await replica.lock()

  const again = await openFixture(fixture, disk, server.fetch, next)
  open = again.replica
  expect(again.storage.outdatedPages()).toBe(0)
  const [settled] = (fixture.documents.cases ?? []).filter(({ edit }) => edit === '')
  const view = await again.replica.get('cases', settled?.id ?? '')
  expect(view?.subject).toBe(String(settled?.['subject']).toUpperCase())
})

test('the version before refuses what the next one wrote', async () => {
  const disk = diskOf(fixture)
  const { replica } = await openFixture(fixture, disk, knowing().fetch, next)
  await reached(replica, 'done')
  await replica.lock()
  await expect(openFixture(fixture, disk, knowing().fetch)).rejects.toMatchObject({ code: 'replica.format' })
})

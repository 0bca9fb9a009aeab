import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { postgresSchema } from '#build/testing/postgres-for-tests.ts'
import { newId } from '#app/kernel/index.ts'
import { openStore } from './index.ts'
import { put, readOne, sampleOrganisation } from './testing/samples.ts'

const otherKey = Buffer.alloc(32, 5).toString('base64')
const child = fileURLToPath(new URL('./testing/commit-until-killed.ts', import.meta.url))

let root = ''
let dataFolder = ''

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rounds-open-'))
  dataFolder = join(root, 'data')
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function filledStore(): Promise<string> {
  const id = newId()
  const store = await openStore({ dataFolder })
  await store.createOrganisation(sampleOrganisation)
  await put(store, 'cases', [{ id, fields: { title: 'kept' } }])
  await store.close()
  return id
}

describe('the master key', () => {
  test('is made at the first start, for its owner only, and never again', async () => {
    const id = await filledStore()
    const file = `${dataFolder}.key`
    const key = await readFile(file, 'utf8')
    expect(Buffer.from(key, 'base64')).toHaveLength(32)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const store = await openStore({ dataFolder: `${dataFolder}/` })
    expect((await readOne(store, { collection: 'cases', id }))?.body.doc['title']).toBe('kept')
    await store.close()
    expect(await readFile(file, 'utf8')).toBe(key)
  })

  test('another key, a missing key file and a damaged one are told apart, and harm nothing', async () => {
    await filledStore()
    const file = `${dataFolder}.key`
    const key = await readFile(file, 'utf8')
    await expect(openStore({ dataFolder, masterKey: otherKey })).rejects.toMatchObject({ code: 'server.key' })
    await writeFile(file, 'not a key')
    await expect(openStore({ dataFolder })).rejects.toMatchObject({ code: 'server.config' })
    await rm(file)
    await expect(openStore({ dataFolder })).rejects.toMatchObject({ code: 'server.key' })
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })

    const store = await openStore({ dataFolder, masterKey: key })
    expect((await store.identity())?.organisation).toEqual(sampleOrganisation)
    await store.close()
  })

  test('may be given as a setting; then no file is made', async () => {
    const store = await openStore({ dataFolder, masterKey: otherKey })
    await store.close()
    await expect(stat(`${dataFolder}.key`)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(openStore({ dataFolder, masterKey: 'short' })).rejects.toMatchObject({
      code: 'server.config',
    })
  })
})

describe('data of an older server', () => {
  test('of the first release opens, with what was added since', async () => {
    const id = await filledStore()
    const database = new Database(join(dataFolder, 'rounds.sqlite'))
    database.exec(`drop index inbox_waiting;
      drop table feed_versions;
      drop table feed_traffic;
      drop table message_deeds;
      drop table alert_acknowledgements;
      alter table feeds drop column version;
      delete from counters where name in ('feeds', 'outbox');
      drop table outbox_destinations;
      drop table outbox;
      drop table history_marks;
      alter table receipts drop column day;
      drop table blob_links;
      drop table blob_chunks;
      drop table blob_uploads;
      drop table blobs;
      drop table invitations;
      alter table users drop column factor_step;
      alter table organisation drop column invited_only;
      drop table client_assertions;
      drop table client_tokens;
      drop table clients;
      drop table agreements;
      alter table documents drop column stored_at;
      alter table documents add column scopes text not null default '[]';
      drop table grant_records;
      drop table read_heads;
      drop table replica_heads;
      alter table devices drop column older_copy_at;
      alter table devices drop column copied_at;
      drop table inbox_subjects;
      drop table inbox_progress;
      alter table inbox drop column reopened;
      alter table inbox drop column forced;
      drop table recoveries;
      drop table escrows;
      alter table organisation drop column recovery_keys;
      alter table organisation drop column lease_days;
      alter table organisation drop column lease_by_role;
      alter table devices drop column lease_until;
      alter table devices drop column wipe_ordered_at;
      alter table devices drop column wiped_at;
      alter table shadows drop column revision;
      drop table papers;
      drop table erased;
      drop table evictions;
      drop table access_alerts;
      drop table known_addresses;
      drop table passkeys;
      drop table identities;
      delete from schema_migrations where version > 1`)
    database.close()
    const store = await openStore({ dataFolder })
    expect(await store.access.leaseDays()).toEqual({ days: 7, byRole: {} })
    expect((await readOne(store, { collection: 'cases', id }))?.body.doc['title']).toBe('kept')
    await store.close()
  })

  test('keeps a destination paused that was so before acknowledgements had queues', async () => {
    await filledStore()
    const database = new Database(join(dataFolder, 'rounds.sqlite'))
    const [feedId, at] = [newId(), '2026-01-05T08:00:00.000Z']
    database.exec(`drop table outbox_destinations;
      alter table outbox drop column kind;
      create table outbox_destinations (feed_id text primary key, holder text, held_until text,
        paused_at text, failures integer not null default 0, code text, tried_at text) strict, without rowid;
      insert into outbox_destinations (feed_id, paused_at, failures) values ('${feedId}', '${at}', 2);
      delete from schema_migrations where version > 23`)
    database.close()
    const store = await openStore({ dataFolder })
    expect(await store.outbox.destinations()).toMatchObject([
      { feedId, kind: 'message', pausedAt: at, failures: 2 },
    ])
    await store.close()
  })
})

describe('the data folder', () => {
  test('belongs to one server: a second is refused, names the first, and harms nothing', async () => {
    const id = await filledStore()
    const store = await openStore({ dataFolder })
    const second = openStore({ dataFolder })
    await expect(second).rejects.toMatchObject({
      code: 'server.data-in-use',
      facts: { pid: String(process.pid) },
    })
    expect(await put(store, 'cases', [{ id }])).toEqual([2])
    await store.close()
    await (await openStore({ dataFolder })).close()
  })

  test('of another process is in use while that process lives, and free once it was killed', async () => {
    await filledStore()
    const server = spawn(process.execPath, [child, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(server.stdout, 'data')
    const refused = openStore({ dataFolder })
    await expect(refused).rejects.toMatchObject({
      code: 'server.data-in-use',
      facts: { pid: String(server.pid) },
    })
    server.kill('SIGKILL')
    await once(server, 'exit')
    await (await openStore({ dataFolder })).close()
  })

  test('that can not be written is told', async () => {
    await writeFile(join(root, 'file'), '')
    // Below /proc, Node 24 never ends a recursive mkdir.
    for (const dataFolder of [join(root, 'file', 'data'), '/proc/rounds/data']) {
      const refused = openStore({ dataFolder })
      await expect(refused).rejects.toMatchObject({ code: 'server.data-unwritable' })
    }
  })
})

describe('PostgreSQL', () => {
  test('several servers may start for the first time at once', async () => {
    const { url, schema, drop } = await postgresSchema()
    const options = { dataFolder, databaseUrl: url, schema }
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(options)))
    const [one, two] = [stores[0], stores[3]]
    if (one === undefined || two === undefined) throw new Error('no stores')
    await one.createOrganisation(sampleOrganisation)
    const id = newId()
    await put(two, 'cases', [{ id, fields: { title: 'shared' } }])
    await two.rotateDataKey()
    await put(two, 'cases', [{ id, fields: { title: 'under a key the other has not seen' } }])
    expect((await readOne(one, { collection: 'cases', id }))?.seq).toBe(2)
    await Promise.all(stores.map((store) => store.close()))
    await drop()
  })

  test('that does not answer is told, without its address', async () => {
    const databaseUrl = 'postgres://someone:secret@127.0.0.1:1/none'
    const error: unknown = await openStore({ dataFolder, databaseUrl }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'server.database', facts: { why: 'ECONNREFUSED' } })
    expect(JSON.stringify(error) + String(error)).not.toContain('secret')
  })
})

import { sql } from 'kysely'
import type { Executor, ColumnTypes } from '../dialects/dialect.ts'
import { firstTables } from './0001-first-tables.ts'
import { leaseAndWipe } from './0002-lease-and-wipe.ts'
import { recovery } from './0003-recovery.ts'
import { replicaHeads } from './0004-replica-heads.ts'
import { hl7Intake } from './0005-hl7-intake.ts'
import { hl7Desk } from './0006-hl7-desk.ts'
import { invitations } from './0007-invitations.ts'
import { blobs } from './0008-blobs.ts'
import { outbox } from './0009-outbox.ts'
import { history } from './0010-history.ts'
import { integrations } from './0011-integrations.ts'
import { scopesInTheBody } from './0012-scopes-in-the-body.ts'
import { grantRecords } from './0013-grant-records.ts'
import { readHeads } from './0014-read-heads.ts'
import { shadowsByRevision } from './0015-shadows-by-revision.ts'
import { papers } from './0016-papers.ts'
import { erasures } from './0017-erasures.ts'
import { evictions } from './0018-evictions.ts'
import { accessAlerts } from './0019-access-alerts.ts'
import { boundSessions } from './0020-bound-sessions.ts'
import { passkeys } from './0021-passkeys.ts'
import { identities } from './0022-identities.ts'
import { leasesByRole } from './0023-leases-by-role.ts'
import { acknowledgementsQueued } from './0024-acknowledgements-queued.ts'

/** Numbered by position from 1, forward only. A released migration never changes: add another. */
const migrations: readonly ((columns: ColumnTypes) => readonly string[])[] = [
  firstTables,
  leaseAndWipe,
  recovery,
  replicaHeads,
  hl7Intake,
  hl7Desk,
  invitations,
  blobs,
  outbox,
  history,
  integrations,
  scopesInTheBody,
  grantRecords,
  readHeads,
  shadowsByRevision,
  papers,
  erasures,
  evictions,
  accessAlerts,
  boundSessions,
  passkeys,
  identities,
  leasesByRole,
  acknowledgementsQueued,
]

export const SCHEMA_VERSION = migrations.length

/** Brings the tables to `SCHEMA_VERSION`. Runs in the transaction of the caller, who holds the migration lock. */
export async function migrate(executor: Executor, columns: ColumnTypes): Promise<void> {
  const { text, number, row } = columns
  await run(
    executor,
    `create table if not exists data_keys (id ${number} primary key, purpose ${text} not null,
    wrapped ${columns.bytes} not null, created_at ${text} not null)${row}`,
  )
  await run(
    executor,
    `create table if not exists schema_migrations (version ${number} primary key,
    applied_at ${text} not null)${row}`,
  )
  const version = await currentVersion(executor)
  if (version > SCHEMA_VERSION) {
    throw new Error(
      `the data was written by a newer server (schema ${version}, this one knows ${SCHEMA_VERSION})`,
    )
  }
  for (let next = version + 1; next <= SCHEMA_VERSION; next += 1) {
    for (const statement of migrations[next - 1]?.(columns) ?? []) await run(executor, statement)
    const at = new Date().toISOString()
    await sql`insert into schema_migrations (version, applied_at) values (${next}, ${at})`.execute(executor)
  }
}

async function currentVersion(executor: Executor): Promise<number> {
  const { rows } = await sql<{ version: number | null }>`
    select max(version) as version from schema_migrations`.execute(executor)
  return rows[0]?.version ?? 0
}

async function run(executor: Executor, statement: string): Promise<void> {
  await sql.raw(statement).execute(executor)
}

import type { ExpressionBuilder } from 'kysely'
import type { AccessStore, FailedAttempts, StoredDevice, StoredUser } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Tables } from '../schema.ts'
import { evictionRows } from './eviction-rows.ts'
import { alertRows } from './alert-rows.ts'
import { identityRows } from './identity-rows.ts'
import { invitationRows } from './invitation-rows.ts'
import { grantRows } from './grant-rows.ts'
import { paperRows } from './paper-rows.ts'
import { passkeyRows } from './passkey-rows.ts'
import { readHeadRows } from './read-head-rows.ts'
import { recoveryRows } from './recovery-rows.ts'
import { replicaHeadRows } from './replica-head-rows.ts'
import { sessionRows } from './session-rows.ts'
import { settingRows } from './setting-rows.ts'
import type { Place, Vault } from '../sealing/vault.ts'

/** Users, grants, devices, sessions. Names, logins, password hashes and labels are sealed. */
export function createAccessStore(port: Port): AccessStore {
  return {
    ...userRows(port),
    ...grantRows(port),
    ...deviceRows(port),
    ...sessionRows(port),
    ...attemptRows(port),
    ...settingRows(port),
    ...recoveryRows(port),
    ...replicaHeadRows(port),
    ...invitationRows(port),
    ...readHeadRows(port),
    ...paperRows(port),
    ...evictionRows(port),
    ...alertRows(port),
    ...passkeyRows(port),
    ...identityRows(port),
  }
}

type UserRows = Pick<AccessStore, 'saveUser' | 'changeUser' | 'user' | 'userByLogin' | 'users'>

function userRows({ dialect, vault, reader, write }: Port): UserRows {
  const loginHash = (login: string) => vault.hash('login', login.normalize('NFKC').toLowerCase())
  const valuesOf = (user: StoredUser) => {
    const { id, login, name, passwordHash, secondFactor, enabledAt, disabledAt: disabled_at } = user
    const sealed = vault.sealJson(userPlace(id), { login, name, passwordHash, secondFactor, enabledAt })
    return { login_hash: loginHash(login), disabled_at, sealed }
  }
  return {
    saveUser: (user) =>
      write(async (executor) => {
        const values = valuesOf(user)
        await executor
          .insertInto('users')
          .values({ id: user.id, created_at: user.createdAt, ...values })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
          .execute()
      }, 'access'),
    changeUser: (id, change) =>
      write(async (executor) => {
        const query = executor.selectFrom('users').selectAll().where('id', '=', id)
        const row = await query.modifyEnd(dialect.forUpdate).executeTakeFirst()
        if (row === undefined) return null
        const changed = change(openUser(vault, row))
        await executor.updateTable('users').set(valuesOf(changed)).where('id', '=', id).execute()
        return changed
      }, 'access'),
    async user(id) {
      const row = await (
        await reader()
      )
        .selectFrom('users')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : openUser(vault, row)
    },
    async userByLogin(login) {
      const query = (await reader())
        .selectFrom('users')
        .selectAll()
        .where('login_hash', '=', loginHash(login))
      const row = await query.executeTakeFirst()
      return row === undefined ? null : openUser(vault, row)
    },
    async users() {
      const rows = await (await reader()).selectFrom('users').selectAll().orderBy('id').execute()
      return rows.map((row) => openUser(vault, row))
    },
  }
}

/** Who was saved before there were second factors has none; nor has who was saved before `enabledAt` was kept. */
type SealedUser = Pick<StoredUser, 'login' | 'name' | 'passwordHash'> &
  Partial<Pick<StoredUser, 'secondFactor' | 'enabledAt'>>

function userPlace(id: string): Place<SealedUser> {
  return { table: 'users', id, revision: '' }
}

function openUser(vault: Vault, row: Omit<Tables['users'], 'factor_step'>): StoredUser {
  const { secondFactor = null, enabledAt = null, ...sealed } = vault.openJson(userPlace(row.id), row.sealed)
  const { id, created_at: createdAt, disabled_at: disabledAt } = row
  return { id, createdAt, disabledAt, enabledAt, secondFactor, ...sealed }
}

type DeviceRows = Pick<AccessStore, 'addDevice' | 'markDevice' | 'device' | 'devices' | 'touchDevice'>

function deviceRows({ vault, reader, write }: Port): DeviceRows {
  return {
    addDevice: (device) =>
      write(async (executor) => {
        await executor.insertInto('devices').values(deviceRow(vault, device)).execute()
      }, 'access'),
    markDevice: (id, marks) =>
      write(async (executor) => {
        const row = await executor
          .updateTable('devices')
          .set((of) => ({
            // What is undefined is not set.
            revoked_at: first(of, 'revoked_at', marks.revokedAt),
            wipe_ordered_at: first(of, 'wipe_ordered_at', marks.wipeOrderedAt),
            wiped_at: first(of, 'wiped_at', marks.wipedAt),
            older_copy_at: marks.olderCopyAt,
            copied_at: marks.copiedAt,
          }))
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst()
        return row === undefined ? null : openDevice(vault, row)
      }, 'access'),
    async device(id) {
      const row = await (
        await reader()
      )
        .selectFrom('devices')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? null : openDevice(vault, row)
    },
    async devices(userId) {
      const all = (await reader()).selectFrom('devices').selectAll().orderBy('id')
      const rows = await (userId === undefined ? all : all.where('user_id', '=', userId)).execute()
      return rows.map((row) => openDevice(vault, row))
    },
    touchDevice: (id, at, leaseUntil) =>
      write(async (executor) => {
        const values = { last_seen_at: at, lease_until: leaseUntil }
        await executor.updateTable('devices').set(values).where('id', '=', id).execute()
      }),
  }
}

/** The time that stands there, or this one where none does. */
function first(
  { fn, val }: ExpressionBuilder<Tables, 'devices'>,
  column: 'revoked_at' | 'wipe_ordered_at' | 'wiped_at',
  at: string | null | undefined,
) {
  return at === undefined ? undefined : fn.coalesce(column, val(at))
}

function devicePlace(id: string): Place<Pick<StoredDevice, 'label'>> {
  return { table: 'devices', id, revision: '' }
}

function deviceRow(vault: Vault, device: StoredDevice): Tables['devices'] {
  return {
    id: device.id,
    user_id: device.userId,
    replica_id: device.replicaId,
    public_key: device.publicKey,
    host: device.host,
    created_at: device.createdAt,
    last_seen_at: device.lastSeenAt,
    lease_until: device.leaseUntil,
    revoked_at: device.revokedAt,
    wipe_ordered_at: device.wipeOrderedAt,
    wiped_at: device.wipedAt,
    older_copy_at: device.olderCopyAt,
    copied_at: device.copiedAt,
    sealed: vault.sealJson(devicePlace(device.id), { label: device.label }),
  }
}

function openDevice(vault: Vault, row: Tables['devices']): StoredDevice {
  return {
    id: row.id,
    userId: row.user_id,
    replicaId: row.replica_id,
    publicKey: row.public_key,
    host: row.host,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    leaseUntil: row.lease_until,
    revokedAt: row.revoked_at,
    wipeOrderedAt: row.wipe_ordered_at,
    wipedAt: row.wiped_at,
    olderCopyAt: row.older_copy_at,
    copiedAt: row.copied_at,
    ...vault.openJson(devicePlace(row.id), row.sealed),
  }
}

type AttemptRows = Pick<AccessStore, 'failedAttempts' | 'addFailedAttempt' | 'clearFailedAttempts'>

function attemptRows({ vault, reader, write }: Port): AttemptRows {
  const hash = (subject: string) => vault.hash('attempts', subject)
  const result = (row: { count: number; last_at: string }): FailedAttempts => ({
    count: row.count,
    lastAt: row.last_at,
  })
  return {
    async failedAttempts(subject) {
      const rows = (await reader()).selectFrom('failed_attempts').selectAll()
      const row = await rows.where('subject_hash', '=', hash(subject)).executeTakeFirst()
      return row === undefined ? null : result(row)
    },
    addFailedAttempt: (subject, at) =>
      write(async (executor) => {
        const row = await executor
          .insertInto('failed_attempts')
          .values({ subject_hash: hash(subject), count: 1, last_at: at })
          .onConflict((conflict) =>
            conflict.column('subject_hash').doUpdateSet((held) => ({
              count: held('failed_attempts.count', '+', 1),
              last_at: at,
            })),
          )
          .returning(['count', 'last_at'])
          .executeTakeFirstOrThrow()
        return result(row)
      }),
    clearFailedAttempts: (subject) =>
      write(async (executor) => {
        await executor.deleteFrom('failed_attempts').where('subject_hash', '=', hash(subject)).execute()
      }),
  }
}

import type { AccessStore, StoredSession, StoredTokens } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Tables } from '../schema.ts'

type SessionRows = Pick<
  AccessStore,
  | 'saveSession'
  | 'session'
  | 'sessionById'
  | 'rotateSession'
  | 'endSessions'
  | 'forgetExpired'
  | 'addChallenge'
  | 'takeChallenge'
>

/** Sessions, found by their tokens' hashes, and the challenges by which they are opened. */
export function sessionRows(port: Port): SessionRows {
  return { ...openSessionRows(port), ...challengeRows(port) }
}

function openSessionRows({ reader, write }: Port): Omit<SessionRows, 'addChallenge' | 'takeChallenge'> {
  const find = async (column: 'id' | 'token_hash', value: string): Promise<StoredSession | null> => {
    const query = (await reader()).selectFrom('sessions').selectAll().where(column, '=', value)
    const row = await query.executeTakeFirst()
    return row === undefined ? null : openSession(row)
  }
  return {
    saveSession: (session) =>
      write(async (executor) => {
        await executor.insertInto('sessions').values(sessionRow(session)).execute()
      }),
    session: (tokenHash) => find('token_hash', tokenHash),
    sessionById: (id) => find('id', id),
    rotateSession: (id, refreshHash, next) =>
      write(async (executor) => {
        const rotated = await executor
          .updateTable('sessions')
          .set(tokenColumns(next))
          .where('id', '=', id)
          .where('refresh_hash', '=', refreshHash)
          .returning('id')
          .executeTakeFirst()
        return rotated !== undefined
      }),
    endSessions: (which) =>
      write(async (executor) => {
        const query = executor.deleteFrom('sessions')
        if ('id' in which) await query.where('id', '=', which.id).execute()
        else if ('deviceId' in which) await query.where('device_id', '=', which.deviceId).execute()
        else await query.where('user_id', '=', which.userId).execute()
      }, 'access'),
    forgetExpired: (at) =>
      write(async (executor) => {
        await executor.deleteFrom('sessions').where('expires_at', '<=', at).execute()
        await executor.deleteFrom('challenges').where('expires_at', '<=', at).execute()
      }),
  }
}

function challengeRows({ write }: Port): Pick<SessionRows, 'addChallenge' | 'takeChallenge'> {
  return {
    addChallenge: ({ deviceId, hash, expiresAt }) =>
      write(async (executor) => {
        await executor
          .insertInto('challenges')
          .values({ device_id: deviceId, hash, expires_at: expiresAt })
          .execute()
      }),
    takeChallenge: (deviceId, hash, at) =>
      write(async (executor) => {
        const taken = await executor
          .deleteFrom('challenges')
          .where('device_id', '=', deviceId)
          .where('hash', '=', hash)
          .returning('expires_at')
          .executeTakeFirst()
        return taken !== undefined && taken.expires_at > at
      }),
  }
}

function tokenColumns({ tokenHash, tokenExpiresAt, refreshHash }: StoredTokens) {
  return { token_hash: tokenHash, token_expires_at: tokenExpiresAt, refresh_hash: refreshHash }
}

function sessionRow(session: StoredSession): Tables['sessions'] {
  const { id, userId, deviceId, createdAt, expiresAt } = session
  return {
    id,
    ...tokenColumns(session),
    user_id: userId,
    device_id: deviceId,
    created_at: createdAt,
    expires_at: expiresAt,
  }
}

function openSession(row: Tables['sessions']): StoredSession {
  return {
    id: row.id,
    tokenHash: row.token_hash,
    tokenExpiresAt: row.token_expires_at,
    refreshHash: row.refresh_hash,
    userId: row.user_id,
    deviceId: row.device_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

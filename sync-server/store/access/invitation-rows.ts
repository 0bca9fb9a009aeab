import type { Id } from '#app/kernel/index.ts'
import type { InvitationStore, StoredInvitation } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Tables } from '../schema.ts'

/** Invitations, and what of the second factor may not be used twice. */
export function invitationRows({ vault, reader, write }: Port): InvitationStore {
  const hashOf = (userId: Id, code: string) => vault.hash('invitation', userId, code)
  return {
    async invitedOnly() {
      const query = (await reader()).selectFrom('organisation').select('invited_only')
      return (await query.executeTakeFirstOrThrow()).invited_only === 1
    },
    setInvitedOnly: (invitedOnly) =>
      write(async (executor) => {
        await executor
          .updateTable('organisation')
          .set({ invited_only: invitedOnly ? 1 : 0 })
          .execute()
      }),
    addInvitation: (invitation, code) =>
      write(async (executor) => {
        await executor
          .insertInto('invitations')
          .values({ ...invitationRow(invitation), code_hash: hashOf(invitation.userId, code) })
          .execute()
      }),
    async invitations(userId) {
      const query = (await reader()).selectFrom('invitations').selectAll().where('user_id', '=', userId)
      return (await query.orderBy('created_at').execute()).map(openInvitation)
    },
    async invitationByCode(userId, code) {
      const query = (await reader())
        .selectFrom('invitations')
        .selectAll()
        .where('code_hash', '=', hashOf(userId, code))
      const row = await query.executeTakeFirst()
      return row === undefined ? null : openInvitation(row)
    },
    takeInvitation: (userId, code, deviceId, at) =>
      write(async (executor) => {
        const taken = await executor
          .updateTable('invitations')
          .set({ used_at: at, device_id: deviceId })
          .where('code_hash', '=', hashOf(userId, code))
          .where('used_at', 'is', null)
          .where('expires_at', '>', at)
          .returning('id')
          .executeTakeFirst()
        return taken !== undefined
      }),
    endInvitations: (userId, at) =>
      write(async (executor) => {
        await executor
          .updateTable('invitations')
          .set({ expires_at: at })
          .where('user_id', '=', userId)
          .where('used_at', 'is', null)
          .where('expires_at', '>', at)
          .execute()
      }),
    takeFactorStep: (userId, step) =>
      write(async (executor) => {
        const taken = await executor
          .updateTable('users')
          .set({ factor_step: step })
          .where('id', '=', userId)
          .where('factor_step', '<', step)
          .returning('id')
          .executeTakeFirst()
        return taken !== undefined
      }),
  }
}

function invitationRow(invitation: StoredInvitation): Omit<Tables['invitations'], 'code_hash'> {
  const { id, userId, createdBy, createdAt, expiresAt, usedAt, deviceId } = invitation
  return {
    id,
    user_id: userId,
    created_by: createdBy,
    created_at: createdAt,
    expires_at: expiresAt,
    used_at: usedAt,
    device_id: deviceId,
  }
}

function openInvitation(row: Tables['invitations']): StoredInvitation {
  return {
    id: row.id,
    userId: row.user_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    deviceId: row.device_id,
  }
}

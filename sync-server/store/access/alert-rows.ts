import { newId } from '#app/kernel/index.ts'
import type { AccessAlert, AlertCause, AlertStore } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Tables } from '../schema.ts'
import type { Place, Vault } from '../sealing/vault.ts'

/** Alerts of who tries to get in, and the addresses that users came from before. */
export function alertRows(port: Port): AlertStore {
  return { ...raisedRows(port), ...addressRows(port) }
}

function raisedRows({ vault, reader, write }: Port): Pick<AlertStore, 'raiseAlert' | 'alerts' | 'seeAlert'> {
  return {
    raiseAlert: (cause, at) =>
      write(async (executor) => {
        const row = await executor
          .insertInto('access_alerts')
          .values(newAlert(vault, cause, at))
          .onConflict((conflict) =>
            conflict
              .column('cause_hash')
              .where('seen_at', 'is', null)
              .doUpdateSet((held) => ({ count: held('access_alerts.count', '+', 1), last_at: at })),
          )
          .returningAll()
          .executeTakeFirstOrThrow()
        return openAlert(vault, row)
      }),
    async alerts(limit) {
      const query = (await reader()).selectFrom('access_alerts').selectAll()
      const unseenFirst = query.orderBy((by) => by.case().when('seen_at', 'is', null).then(0).else(1).end())
      const rows = await unseenFirst.orderBy('last_at', 'desc').limit(limit).execute()
      return rows.map((row) => openAlert(vault, row))
    },
    seeAlert: (id, by, at) =>
      write(async (executor) => {
        const seen = await executor
          .updateTable('access_alerts')
          .set({ seen_by: by, seen_at: at })
          .where('id', '=', id)
          .where('seen_at', 'is', null)
          .returning('id')
          .executeTakeFirst()
        return seen !== undefined
      }),
  }
}

type AddressRows = Pick<AlertStore, 'knowAddress' | 'knowsAddress' | 'forgetAddresses'>

function addressRows({ vault, reader, write }: Port): AddressRows {
  const hash = (login: string, address: string) => vault.hash('known-address', login, address)
  return {
    knowAddress: (login, address, at) =>
      write(async (executor) => {
        await executor
          .insertInto('known_addresses')
          .values({ subject_hash: hash(login, address), last_at: at })
          .onConflict((conflict) => conflict.column('subject_hash').doUpdateSet({ last_at: at }))
          .execute()
      }),
    async knowsAddress(login, address, since) {
      const query = (await reader()).selectFrom('known_addresses').select('last_at')
      const row = await query.where('subject_hash', '=', hash(login, address)).executeTakeFirst()
      return row !== undefined && row.last_at >= since
    },
    forgetAddresses: (before) =>
      write(async (executor) => {
        await executor.deleteFrom('known_addresses').where('last_at', '<', before).execute()
      }),
  }
}

function alertPlace(id: string): Place<Pick<AlertCause, 'address'>> {
  return { table: 'access_alerts', id, revision: '' }
}

function newAlert(vault: Vault, cause: AlertCause, at: string): Tables['access_alerts'] {
  const { kind, userId, deviceId, address } = cause
  const id = newId()
  return {
    id,
    kind,
    cause_hash: vault.hash('alert', kind, userId ?? '', deviceId ?? '', address ?? ''),
    user_id: userId,
    device_id: deviceId,
    first_at: at,
    last_at: at,
    count: 1,
    seen_by: null,
    seen_at: null,
    sealed: vault.sealJson(alertPlace(id), { address }),
  }
}

function openAlert(vault: Vault, row: Tables['access_alerts']): AccessAlert {
  return {
    id: row.id,
    kind: row.kind,
    userId: row.user_id,
    deviceId: row.device_id,
    firstAt: row.first_at,
    lastAt: row.last_at,
    count: row.count,
    seenBy: row.seen_by,
    seenAt: row.seen_at,
    ...vault.openJson(alertPlace(row.id), row.sealed),
  }
}

import { asyncScheduler, map, merge, startWith, throttleTime } from 'rxjs'
import type { Observable } from 'rxjs'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { EvictedRecord, UnsettledRecord, SyncRecords } from '../contract.ts'
import type { ReplicaDatabase } from '../database/database.ts'
import { openConflicts } from '../database/stored-document.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import type { Table } from '../database/table.ts'

/** How often at most the lists are made anew, in milliseconds. */
const AS_OFTEN = 250

/** What of this device's records waits for the server or for a person, record by record. Made only while somebody looks. */
export function syncRecords(
  database: Pick<ReplicaDatabase, 'names' | 'table'>,
  evicted$: Observable<readonly EvictedRecord[]>,
): SyncRecords {
  const tables = database.names.map((name) => [name, database.table(name)] as const)
  const changed$ = merge(...tables.map(([, { changes$ }]) => changes$))
  const live = (idsOf: (table: Table) => ReadonlySet<Id>): Observable<readonly UnsettledRecord[]> =>
    changed$.pipe(
      throttleTime(AS_OFTEN, asyncScheduler, { leading: true, trailing: true }),
      startWith(null),
      map(() =>
        tables.flatMap(([name, table]) => recordsOf(name, table, idsOf(table))).toSorted(earliestFirst),
      ),
    )
  return {
    pending$: live((table) => table.pendingIds()),
    conflicted$: live((table) => table.conflictedIds()),
    evicted$,
  }
}

function recordsOf(name: CollectionName, table: Table, ids: ReadonlySet<Id>): UnsettledRecord[] {
  return [...ids].flatMap((id) => recordOf(name, table.get(id)) ?? [])
}

function recordOf(name: CollectionName, document: StoredDocument | undefined): UnsettledRecord | undefined {
  const module = document && moduleOfKind(name, document.kind)
  if (document === undefined || module === undefined) return undefined
  const { id, updated } = document
  const conflicts = openConflicts(document).length
  return { module: module.name as UnsettledRecord['module'], id, at: updated.at, conflicts }
}

function earliestFirst(a: UnsettledRecord, b: UnsettledRecord): number {
  return a.at < b.at ? -1 : 1
}

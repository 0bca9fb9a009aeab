import { blankOf, sameJson } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { FieldChange, NewAuditEntry } from '../store/contract.ts'
import { openEnvelope } from './compose.ts'
import type { Written } from './follower.ts'

// What the audit says of a change: which fields of which records, by name, and never a value. Pure.

/** So many names stand in one entry, record by record. */
const MOST_NAMES = 2_000

type ChangedRecord = { readonly id: Id; readonly fields: readonly string[] }

/** The fields whose values are another now; of a new record those that say something. */
function changedRecord({ collection, id, before, after }: Written): ChangedRecord {
  const module = moduleOfKind(collection, after.doc.kind)
  if (module === undefined) throw new Error(`nothing in ${collection} is a ${after.doc.kind}`)
  const was: Readonly<Record<string, unknown>> = before?.doc ?? {
    ...blankOf(module),
    removedAt: null,
    ext: {},
  }
  const fields = [...Object.keys(module.fields), ...openEnvelope]
  return { id, fields: fields.filter((name) => !sameJson(was[name], after.doc[name])) }
}

/** What an entry of the audit says of records that were written. */
export function changesIn(written: readonly Written[]): Pick<NewAuditEntry, 'changes'> {
  return changesOf(written.map(changedRecord))
}

/** The same where it is known which fields they are. */
export function changesOf(records: readonly ChangedRecord[]): Pick<NewAuditEntry, 'changes'> {
  const changes = fieldChanges(records)
  return changes.length === 0 ? {} : { changes }
}

/**
 * Records in which the same fields changed stand together. Where that is still more than an entry holds, the rest are told
 * as one: which records, and which fields among them.
 */
export function fieldChanges(records: readonly ChangedRecord[]): readonly FieldChange[] {
  const changed = records.filter(({ fields }) => fields.length > 0)
  const groups = [...Map.groupBy(changed, ({ fields }) => fields.join())].map(([, alike]) => together(alike))
  let names = 0
  const fitting = groups.findIndex(({ fields }) => (names += fields.length) > MOST_NAMES)
  if (fitting === -1) return groups
  const rest = groups.slice(fitting).flatMap(({ ids, fields }) => ids.map((id) => ({ id, fields })))
  return [...groups.slice(0, fitting), together(rest)]
}

function together(records: readonly ChangedRecord[]): FieldChange {
  return {
    ids: records.map(({ id }) => id),
    fields: [...new Set(records.flatMap(({ fields }) => fields))],
  }
}

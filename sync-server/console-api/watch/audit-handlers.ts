import { permissionOfProjection } from '#app/access/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { isModuleName, modules } from '#app/modules/index.ts'
import { searchAudit } from '../../audit/search-audit.ts'
import type { AuditEntry } from '../../store/contract.ts'
import type { auditCalls, ConsoleAuditEntry } from '../protocol/audit.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { namesOf } from '../people/people.ts'
import { writeDown } from '../write-down.ts'

export function auditHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, keyof typeof auditCalls> {
  const { store } = parts
  return {
    audit: async (question, caller) => {
      const found = await searchAudit(store, question)
      const ids = [question.record, question.user].filter((id) => id !== null)
      await writeDown(parts, caller, { action: 'read-audit', ids, facts: { entries: found.entries.length } })
      const name = await namesOf(store)
      return {
        entries: found.entries.map((entry) => describe(entry, question.record, name)),
        before: found.before,
      }
    },
  }
}

function describe(entry: AuditEntry, record: Id | null, name: (id: string) => string): ConsoleAuditEntry {
  const { seq, at, actor, deviceId, address, action, collection, ids, purpose, outcome } = entry
  const { facts = {} } = entry
  const { module, projection, told } = facts
  return {
    seq,
    at,
    by: name(actor),
    device: deviceId === undefined ? null : name(deviceId),
    address: address ?? null,
    action,
    what: typeof module === 'string' ? module : (collection ?? null),
    ids: [...(ids ?? [])],
    changes: changesOf(entry, record),
    fields: fieldsOf(module, projection),
    purpose: purpose ?? null,
    outcome: outcome ?? null,
    told: typeof told === 'string' ? told : null,
  }
}

/** Who asks for one record is told of that one. */
function changesOf({ changes = [] }: AuditEntry, record: Id | null): ConsoleAuditEntry['changes'] {
  const told = record === null ? changes : changes.filter(({ ids }) => ids.includes(record))
  return told.map(({ ids, fields }) => ({ ids: record === null ? [...ids] : [record], fields: [...fields] }))
}

/** A projection names its fields for as long as the module keeps its version. */
function fieldsOf(module: unknown, projection: unknown): string[] | null {
  if (typeof module !== 'string' || !isModuleName(module) || typeof projection !== 'string') return null
  const permission = permissionOfProjection(modules[module], projection)
  return permission === null ? null : [...permission.read]
}

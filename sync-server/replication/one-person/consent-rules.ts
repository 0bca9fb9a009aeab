import { sameJson } from '#app/kernel/index.ts'
import type { Id, Json } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { StoredDocument } from '../../store/contract.ts'

// Where two records of one person hold differing consents, the more restrictive one counts from then on. Pure.
//
// - What one side forbids and the other allows, of one category: the permission does not hold any more.
// - Two permissions of a category: only the channels and purposes that both name; none in common, and neither holds.
// - What only one side holds stays, and so do two prohibitions: each forbids what it forbids.

/** What is to be changed, by the id of the consent. */
export function mostRestrictive(
  ones: readonly StoredDocument[],
  others: readonly StoredDocument[],
): ReadonlyMap<Id, Readonly<Record<string, Json>>> {
  const changes = new Map<Id, Record<string, Json>>()
  const soFar = (consent: StoredDocument): StoredDocument => withChanges(consent, changes.get(consent.id))
  for (const one of ones.filter(holds)) {
    for (const other of others.filter(holds)) {
      if (one.body.doc['category'] !== other.body.doc['category']) continue
      for (const [id, change] of narrowed(soFar(one), soFar(other)))
        changes.set(id, { ...changes.get(id), ...change })
    }
  }
  return new Map([...changes].filter(([, change]) => Object.keys(change).length > 0))
}

/** What was narrowed by one is narrowed on by the next. */
function withChanges(consent: StoredDocument, change: Readonly<Record<string, Json>> = {}): StoredDocument {
  const { body } = consent
  return { ...consent, body: { ...body, doc: { ...body.doc, ...change } } }
}

function holds({ body: { doc } }: StoredDocument): boolean {
  return doc.kind === modules.consents.kind && doc['status'] === 'active' && doc.removedAt === null
}

type Narrowed = readonly (readonly [id: Id, change: Record<string, Json>])[]

function narrowed(one: StoredDocument, other: StoredDocument): Narrowed {
  const permits = [one, other].filter(({ body }) => body.doc['provision'] === 'permit')
  if (permits.length === 1) return permits.map(({ id }) => [id, ended])
  if (permits.length === 0) return []
  const lists = ['channels', 'purposes'].map((field) => [field, common(one, other, field)] as const)
  if (lists.some(([, list]) => list?.length === 0)) return [one, other].map(({ id }) => [id, ended])
  return [one, other].map(({ id, body }) => {
    const smaller = lists.filter(([field, list]) => list !== null && !sameJson(body.doc[field], list))
    return [id, Object.fromEntries(smaller)] as const
  })
}

const ended = { status: 'inactive' } as const

/** What both name; a list that is empty names everything. Null: both name everything. */
function common(one: StoredDocument, other: StoredDocument, field: string): string[] | null {
  const [left, right] = [one, other].map(({ body }) => {
    const value = body.doc[field]
    return Array.isArray(value) ? value.map(String) : []
  })
  if (left === undefined || right === undefined || (left.length === 0 && right.length === 0)) return null
  if (left.length === 0) return right
  return right.length === 0 ? left : left.filter((name) => right.includes(name))
}

import { permissionFor } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { roles, sensitivityScope } from '#app/kernel/index.ts'
import type { Role, Scope, Sensitivity } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { StoredDocument } from '../../store/contract.ts'

// Whose replicas lose records, or gain them, when they are marked or released. Pure.

export type Difference = {
  /** Records that would be marked otherwise. */
  readonly records: number
  /** For whom at least one of them goes or comes: how many, by each role that they have it by. */
  readonly seers: readonly { readonly role: Role; readonly count: number }[]
}

type Question = {
  readonly change: 'mark' | 'release'
  readonly sensitivity: Sensitivity
  readonly records: readonly StoredDocument[]
  readonly subjects: readonly Subject[]
  readonly at: string
}

export function differenceOf({ change, sensitivity, records, subjects, at }: Question): Difference {
  const mark = sensitivityScope(sensitivity)
  const concerned = records.filter(({ scopes }) => scopes.includes(mark) === (change === 'release'))
  const kinds = new Map(concerned.map((record) => [kindOf(record), record]))
  const counts = new Map<Role, number>()
  for (const subject of subjects) {
    const having = new Set<Role>()
    for (const record of kinds.values()) {
      const plain = record.scopes.filter((scope) => scope !== mark)
      const marked = [...plain, mark]
      if (!seenBy(subject, record, plain, at) || seenBy(subject, record, marked, at)) continue
      for (const role of rolesThatSee(subject, record, plain, at)) having.add(role)
    }
    for (const role of having) counts.set(role, (counts.get(role) ?? 0) + 1)
  }
  const seers = roles.flatMap((role) => {
    const count = counts.get(role)
    return count === undefined ? [] : [{ role, count }]
  })
  return { records: concerned.length, seers }
}

/** Records of one kind in the same scopes are seen by the same people. */
function kindOf({ collection, scopes, body }: StoredDocument): string {
  return [collection, body.doc.kind, ...scopes.toSorted()].join(' ')
}

function seenBy(
  subject: Subject,
  { collection, body }: StoredDocument,
  scopes: readonly Scope[],
  at: string,
): boolean {
  const module = moduleOfKind(collection, body.doc.kind)
  return module !== undefined && permissionFor(subject, module, scopes, at).visible
}

function rolesThatSee(
  subject: Subject,
  record: StoredDocument,
  scopes: readonly Scope[],
  at: string,
): readonly Role[] {
  return roles.filter((role) => {
    const grants = subject.grants.filter((grant) => grant.role === role)
    return seenBy({ ...subject, grants }, record, scopes, at)
  })
}

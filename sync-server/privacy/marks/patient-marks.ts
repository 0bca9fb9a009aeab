import { mayDecideMarks } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { AppError, sensitivitiesAmong } from '#app/kernel/index.ts'
import type { Id, Scope, Sensitivity, Stamp } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import { recordsOfPatient } from '../../replication/records-of-patient.ts'
import type { DocumentRef, Reader, StoredDocument } from '../../store/contract.ts'

// What an officer is told of a patient's records to decide on their marks: that they are there, of which kind, day and place,
// what they hang on, and who marked them. Nothing that they say.

export type MarkedRecord = DocumentRef & {
  /** What people call one of its kind. */
  readonly kind: string
  /** An instant, or a date where only that is known. */
  readonly at: string
  readonly scopes: readonly Scope[]
  /** `said`: by whom first; null where that was not kept. */
  readonly marks: readonly { readonly sensitivity: Sensitivity; readonly said: Stamp | null }[]
  /** Others among these that it can't do without. */
  readonly hangsOn: readonly Id[]
  readonly removed: boolean
}

/** The patient first, then the latest. Throws `sync.not-visible` where there is none that the officer's grants cover. */
export async function patientMarks(
  read: Pick<Reader, 'documents' | 'findByIdentifiers'>,
  patientId: Id,
  { subject, at }: { readonly subject: Subject; readonly at: string },
): Promise<readonly MarkedRecord[]> {
  const all = await recordsOfPatient(read, patientId)
  const own = all.filter(({ scopes }) => mayDecideMarks(subject, 'mark', scopes, at))
  if (own.length === 0) throw new AppError('sync.not-visible')
  const ids = new Set(own.map(({ id }) => id))
  const isFirst = ({ id }: DocumentRef) => id === patientId
  return own
    .map((stored) => describeRecord(stored, ids))
    .toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)) || (a.at < b.at ? 1 : -1))
}

export function describeRecord(stored: StoredDocument, among: ReadonlySet<Id>): MarkedRecord {
  const { collection, id, scopes, body } = stored
  const module = moduleOfKind(collection, body.doc.kind)
  const links = module?.refers(body.doc).map((reference) => reference.id) ?? []
  return {
    collection,
    id,
    kind: module?.label.one ?? body.doc.kind,
    at: module?.timeline(body.doc)?.at ?? body.doc.created.at,
    scopes,
    marks: sensitivitiesAmong(scopes).map((sensitivity) => {
      return { sensitivity, said: body.marks?.[sensitivity] ?? null }
    }),
    hangsOn: [...new Set(links)].filter((link) => link !== id && among.has(link)),
    removed: body.doc.removedAt !== null,
  }
}

/** The records of these names that are there. */
export async function documentsOf(
  read: Pick<Reader, 'documents'>,
  refs: readonly DocumentRef[],
): Promise<readonly StoredDocument[]> {
  const found: StoredDocument[] = []
  for (const [collection, own] of Map.groupBy(refs, (ref) => ref.collection)) {
    const ids = own.map(({ id }) => id)
    found.push(...(await read.documents(collection, ids)))
  }
  return found
}

import type { AnyModule, Id } from '#app/kernel/index.ts'
import { allModules, modules } from '#app/modules/index.ts'
import type { Reader, StoredDocument, WriteTransaction } from '../store/contract.ts'
import { ownerMark } from './identifiers.ts'

const ofPatients = allModules.filter(({ fields }) => fields['patientId'] !== undefined)

/** Whose record it is: of a patient's own record, and of what hangs on one; null for any other. */
export function patientOf({ collection, id, body }: StoredDocument): Id | null {
  if (collection === modules.patients.collection) return id
  const { patientId } = body.doc
  return typeof patientId === 'string' ? patientId : null
}

/** The patient, and every record that hangs on the patient; empty where there is no such patient. */
export async function recordsOfPatient(
  read: Pick<Reader, 'documents' | 'findByIdentifiers'>,
  patientId: Id,
): Promise<readonly StoredDocument[]> {
  const patient = await read.documents(modules.patients.collection, [patientId])
  if (patient.length === 0) return []
  const found = [...patient]
  for (const [collection, within] of Map.groupBy(ofPatients, (module) => module.collection)) {
    const ids = new Set<Id>()
    for (const { kind } of within)
      for (const id of (await read.findByIdentifiers(collection, kind, [ownerMark(patientId)])).flat())
        ids.add(id)
    const stored = await read.documents(collection, [...ids])
    found.push(...stored.filter(({ body }) => body.doc['patientId'] === patientId))
  }
  return found
}

/** The same without the patient, held by a transaction: of every kind, or of the modules given. */
export async function recordsOf(
  tx: WriteTransaction,
  patientId: Id,
  within: readonly AnyModule[] = allModules,
): Promise<readonly StoredDocument[]> {
  const refs: { collection: AnyModule['collection']; id: Id }[] = []
  for (const { collection, kind, fields } of within) {
    if (fields['patientId'] === undefined) continue
    const [ids = []] = await tx.findByIdentifiers(collection, kind, [ownerMark(patientId)])
    refs.push(...ids.map((id) => ({ collection, id })))
  }
  const found = await tx.load(refs)
  return found.filter(({ body }) => body.doc['patientId'] === patientId)
}

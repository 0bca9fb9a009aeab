import type { Id } from '#app/kernel/index.ts'
import { allModules, modules } from '#app/modules/index.ts'
import type { Reader, StoredDocument } from '../store/contract.ts'
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

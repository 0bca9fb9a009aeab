import { viewSchema } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Consent } from '#app/modules/consents/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Reader } from '../store/contract.ts'
import { ownerMark } from './identifiers.ts'

const { collection, kind } = modules.consents
const schema = viewSchema(modules.consents)

/** What each of these patients allowed and forbade; empty for who is not named. */
export async function consentsOf(
  read: Pick<Reader, 'findByIdentifiers' | 'documents'>,
  patients: readonly Id[],
): Promise<ReadonlyMap<Id, readonly Consent[]>> {
  if (patients.length === 0) return new Map()
  const ids = await read.findByIdentifiers(collection, kind, patients.map(ownerMark))
  const stored = await read.documents(collection, [...new Set(ids.flat())])
  return Map.groupBy(
    stored.map(({ body }) => schema.parse(body.doc)),
    ({ patientId }) => patientId ?? '',
  )
}

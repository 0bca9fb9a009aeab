import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { recordsOfPatient } from '../../replication/records-of-patient.ts'
import type { Reader, Store } from '../../store/contract.ts'

export type Due = { readonly patientId: Id; readonly lastAt: string; readonly records: number }

/** Patients that are looked at by one question; the next goes on behind `after`. */
const PAGE = 200

/** Of whom nothing was written since an instant: their retention is over. In the order of their ids. */
export async function dueSince(
  store: Pick<Store, 'snapshot'>,
  since: string,
  after: Id | null,
): Promise<{ readonly due: readonly Due[]; readonly next: Id | null }> {
  return store.snapshot(async (read) => {
    const reach = [{ kinds: [modules.patients.kind], scopes: 'all' as const, sensitive: true }]
    const page = { after: after ?? '', through: null, limit: PAGE }
    const rows = await read.range(modules.patients.collection, reach, page)
    const due: Due[] = []
    for (const { id } of rows) {
      const one = await standing(read, id)
      if (one.lastAt < since) due.push(one)
    }
    return { due, next: rows.length < PAGE ? null : (rows.at(-1)?.id ?? null) }
  })
}

async function standing(read: Reader, patientId: Id): Promise<Due> {
  const records = await recordsOfPatient(read, patientId)
  const lastAt = records.map(({ body }) => body.doc.updated.at).reduce((a, b) => (a > b ? a : b), '')
  return { patientId, lastAt, records: records.length }
}

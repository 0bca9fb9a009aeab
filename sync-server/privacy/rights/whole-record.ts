import type { AnyDocument, AnyModule, Id } from '#app/kernel/index.ts'
import { AppError, sensitivitiesAmong } from '#app/kernel/index.ts'
import { isModuleName, moduleOfKind, modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { recordsOfPatient } from '../../replication/records-of-patient.ts'
import type { Store } from '../../store/contract.ts'
import type { Filed } from '../drawer.ts'
import { amendments } from './amendments.ts'
import type { Amendment } from './amendments.ts'
import { disputesIn } from './disputes.ts'
import type { Dispute } from './disputes.ts'

// A patient's designated record set (45 CFR 164.501): all that is kept of them, as it stands, for themselves to have.

export type WholeRecord = {
  readonly patientId: Id
  readonly title: string
  readonly organisation: string
  readonly at: string
  readonly records: readonly {
    readonly module: ModuleName
    readonly view: AnyDocument
    readonly title: string
  }[]
  /** What the records mention, by name: themselves, sites, people, organisations. */
  readonly names: ReadonlyMap<Id, string>
  readonly amendments: readonly Filed<Amendment>[]
  /** What goes along with a record, by its id. */
  readonly disputes: ReadonlyMap<Id, readonly Dispute[]>
  /** Psychotherapy notes, which the right of access leaves out (164.524(a)(1)(i)). */
  readonly leftOut: number
}

/** Throws `sync.not-visible` where there is no such patient. */
export async function wholeRecord(store: Store, patientId: Id, at: string): Promise<WholeRecord> {
  const [identity, stored] = await Promise.all([
    store.identity(),
    store.snapshot((read) => recordsOfPatient(read, patientId)),
  ])
  if (identity === null || stored.length === 0) throw new AppError('sync.not-visible')
  const standing = stored.filter(({ body }) => body.doc.removedAt === null)
  const own = standing.filter(({ scopes }) => !sensitivitiesAmong(scopes).includes('psychotherapy-notes'))
  const records = own.flatMap(({ collection, body: { doc } }) => {
    const module = moduleOfKind(collection, doc.kind)
    return module !== undefined && isModuleName(module.name)
      ? [{ module: module.name, view: doc, title: titleOf(module, doc) }]
      : []
  })
  const asked = await amendments.all(store.access, [patientId])
  return {
    patientId,
    title: records.find(({ view }) => view.id === patientId)?.title ?? modules.patients.label.one,
    organisation: identity.organisation.name,
    at,
    records: records.toSorted(
      (a, b) => orderOf(a.module).localeCompare(orderOf(b.module)) || (a.view.id < b.view.id ? -1 : 1),
    ),
    names: await namesIn(store, records),
    amendments: asked,
    disputes: disputesIn(asked),
    leftOut: standing.length - own.length,
  }
}

/** The patient comes first. */
function orderOf(module: ModuleName): string {
  return module === 'patients' ? '' : module
}

const directories = ['reference', 'contacts', 'accounts'] as const

async function namesIn(store: Store, records: WholeRecord['records']): Promise<ReadonlyMap<Id, string>> {
  const names = new Map(records.map(({ view, title }) => [view.id, title]))
  const ids = [...new Set(JSON.stringify(records).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [])]
  await store.snapshot(async (read) => {
    for (const collection of directories) {
      for (const { id, body } of await read.documents(collection, ids)) {
        const module = moduleOfKind(collection, body.doc.kind)
        if (module !== undefined) names.set(id, titleOf(module, body.doc))
      }
    }
  })
  return names
}

function titleOf(module: AnyModule, doc: AnyDocument): string {
  return module.title(doc)
}

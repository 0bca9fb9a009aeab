import { sensitivitiesAmong } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { isModuleName, moduleOfKind, modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { consentsOf } from '../replication/consents-of.ts'
import { viewOf } from '../replication/view.ts'
import type { Viewer } from '../replication/view.ts'
import type { Reader, StoredDocument } from '../store/contract.ts'
import type { Caller } from './access/callers.ts'
import { mayLeave, noRedisclosure, withoutConfidential } from './access/restrictions.ts'
import { refer, resourceOf, siteTags } from './convert/index.ts'
import type { Resource } from './convert/index.ts'
import { collectionOf, resourceTypes } from './resource-types.ts'
import type { FhirType } from './resource-types.ts'

// What a client may see of what is stored: the same view that a replica with these grants would get, without what
// patients have restricted, as resources.

export type Reading<Read = Reader> = {
  readonly read: Read
  readonly viewer: Viewer
  readonly caller: Caller
}
/** What seeing takes of a snapshot; a transaction gives it, too. */
export type Looking = Reading<Pick<Reader, 'documents' | 'findByIdentifiers'>>

export type Seen = {
  readonly type: FhirType
  readonly id: Id
  /** The patient it is about. */
  readonly patientId: Id | null
  readonly removed: boolean
  readonly lastUpdated: string
  readonly versionId: string
  readonly view: AnyDocument
  readonly resource: Resource
}

/** The version of a resource: the collection's number at its last change, and the life of the server's data. */
export function versionOf(incarnation: string, seq: number): string {
  return `${seq}.${incarnation}`
}

export async function seeByIds(
  reading: Looking,
  type: FhirType,
  ids: readonly Id[],
): Promise<readonly Seen[]> {
  const stored = await reading.read.documents(collectionOf(type), ids)
  return see(reading, type, stored)
}

/** In the order of their ids; what the client may not see, or what is of another type, is left out. */
export async function see(
  reading: Looking,
  type: FhirType,
  stored: readonly StoredDocument[],
): Promise<readonly Seen[]> {
  const { read, viewer, caller } = reading
  const patients = [...new Set(stored.map(patientOf))].filter((id) => id !== null)
  const consents = await consentsOf(read, patients)
  const leaves = (document: StoredDocument): boolean => {
    const said = consents.get(patientOf(document) ?? '') ?? []
    return mayLeave(said, caller, sensitivitiesAmong(document.scopes), viewer.at)
  }
  return stored
    .filter(leaves)
    .flatMap((document) => seenOf(reading, type, document))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

function seenOf({ viewer, caller }: Looking, type: FhirType, stored: StoredDocument): Seen[] {
  const name = moduleNameOf(stored)
  const view = viewOf(viewer, stored)
  if (name === null || view === null || !('kind' in view)) return []
  if (!resourceTypes[type].modules.includes(name)) return []
  const shown = caller.client.seesRestricted ? view : withoutConfidential(view)
  const made = resourceOf(name, shown, refer)
  if (made === null) return []
  const lastUpdated = stored.storedAt ?? stored.body.doc.updated.at
  const { resourceType, id, ...members } = made
  const security = sensitivitiesAmong(stored.scopes).includes('substance-use') ? [noRedisclosure] : undefined
  const tag = siteTags(shown)
  const versionId = versionOf(viewer.incarnation, stored.seq)
  const meta = {
    versionId,
    lastUpdated,
    ...(security === undefined ? {} : { security }),
    ...(tag.length === 0 ? {} : { tag }),
  }
  return [
    {
      type,
      id,
      patientId: patientOf(stored),
      removed: stored.body.doc.removedAt !== null,
      lastUpdated,
      versionId,
      view,
      resource: { resourceType, id, meta, ...members },
    },
  ]
}

function moduleNameOf({ collection, body }: StoredDocument): ModuleName | null {
  const name = moduleOfKind(collection, body.doc.kind)?.name ?? ''
  return isModuleName(name) ? name : null
}

function patientOf({ collection, id, body }: StoredDocument): Id | null {
  if (collection === modules.patients.collection) return id
  const { patientId } = body.doc
  return typeof patientId === 'string' ? patientId : null
}

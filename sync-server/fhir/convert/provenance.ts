import type { AnyDocument, Stamp } from '#app/kernel/index.ts'
import { derivedId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { coded } from './data-types.ts'
import { resource } from './resource.ts'
import type { Refer, Resource } from './resource.ts'

const participants = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type'
const operations = 'http://terminology.hl7.org/CodeSystem/v3-DataOperation'

/** The record that a Provenance is about, and which of its origins. Its id says both: it is derived, and kept nowhere. */
export type ProvenanceId = { readonly type: string; readonly target: Id; readonly mark: string }

export function provenanceId({ type, target, mark }: ProvenanceId): string {
  return `${target}.${mark}.${type}`
}

export function readProvenanceId(id: string): ProvenanceId | null {
  const [, target, mark, type] = /^([0-9a-f-]{36})\.([0-9a-f]{6})\.([A-Za-z]{1,19})$/.exec(id) ?? []
  return target === undefined || mark === undefined || type === undefined ? null : { type, target, mark }
}

/**
 * Provenance (hl7.org/fhir/R4/provenance.html) of one record, as its reader sees it: who made it, and each message of a
 * feed that a value of it came from.
 */
export function provenanceResources(type: string, view: AnyDocument, refer: Refer): readonly Resource[] {
  const origins = new Map<string, { stamp: Stamp; operation: string }>()
  origins.set(markOf(view.created), { stamp: view.created, operation: 'CREATE' })
  for (const stamp of [...Object.values(view.sources), view.updated]) {
    const mark = markOf(stamp)
    if (!origins.has(mark)) origins.set(mark, { stamp, operation: 'UPDATE' })
  }
  return [...origins].map(([mark, { stamp, operation }]) =>
    resource('Provenance', provenanceId({ type, target: view.id, mark }), {
      target: [{ reference: refer(type, view.id) }],
      recorded: stamp.at,
      activity: coded(operations, operation),
      agent: [
        {
          type: coded(participants, stamp.origin === 'person' ? 'author' : 'transmitter'),
          who: { identifier: { system: `urn:rounds:${stamp.origin}`, value: stamp.by.trim() || 'unknown' } },
        },
      ],
      entity:
        stamp.message === undefined
          ? undefined
          : [
              {
                role: 'source',
                what: { identifier: { system: 'urn:rounds:message', value: stamp.message } },
              },
            ],
    }),
  )
}

function markOf({ at, by, message = '' }: Stamp): string {
  return derivedId('provenance', at, by, message).slice(0, 6)
}

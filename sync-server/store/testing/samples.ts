import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, CollectionName, Conflict, Id, Scope, Stamp } from '#app/kernel/index.ts'
import type { Organisation } from '#app/protocol/index.ts'
import type { DocumentRef, StagedWrite, Store, StoredBody } from '../contract.ts'

// Synthetic data of the contract suite. Of the modules the store knows the versions only: any field will do.

export const at = '2026-01-05T08:00:00.000Z'

export const sampleOrganisation: Organisation = {
  id: newId(),
  name: 'QuetzalOrganisation',
  data: 'synthetic',
  zone: 'Europe/Berlin',
}

const stamp: Stamp = { at, by: 'seed', origin: 'seed' }

type Sample = {
  readonly id: Id
  readonly kind?: string
  readonly scopes?: readonly Scope[]
  readonly fields?: Readonly<Record<string, unknown>>
}

export function sampleBody({ id, kind = 'case', scopes = ['org'], fields = {} }: Sample): StoredBody {
  const doc: AnyDocument = {
    id,
    kind,
    orgId: sampleOrganisation.id,
    rev: '',
    edit: '',
    scopes: [...scopes],
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: {},
    sources: {},
    conflicts: [],
    ...fields,
  }
  return { doc, stamps: { title: stamp }, feeds: {} }
}

export function sampleWrite(
  collection: CollectionName,
  sample: Sample & Pick<Extract<StagedWrite, { type: 'document' }>, 'identifiers'>,
): StagedWrite {
  const { identifiers, ...rest } = sample
  return { type: 'document', collection, id: sample.id, body: sampleBody(rest), identifiers }
}

/** Loads and writes documents in one commit; answers their numbers. */
export async function put(
  store: Store,
  collection: CollectionName,
  samples: readonly (Sample & Pick<Extract<StagedWrite, { type: 'document' }>, 'identifiers'>)[],
): Promise<readonly number[]> {
  const { written } = await store.transaction(async (tx) => {
    await tx.load(samples.map(({ id }) => ({ collection, id })))
    for (const sample of samples) tx.stage(sampleWrite(collection, sample))
  })
  return written.map((entry) => entry.seq)
}

export async function readOne(store: Store, ref: DocumentRef) {
  const [found] = await store.snapshot((read) => read.documents(ref.collection, [ref.id]))
  return found
}

export function sampleConflict(id: Id, field: string, state: Conflict['state'] = 'open'): Conflict {
  return { id, field, losing: 'mine', winning: 'theirs', lost: stamp, won: stamp, state, waits: false }
}

export const everything = [{ kinds: ['case'], scopes: 'all' as const }]

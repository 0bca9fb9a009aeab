import type { AnyDocument, Scope } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Reader } from '../../store/contract.ts'

export type Place = { readonly scope: Scope; readonly name: string }

/** Sites, territories and care teams by name: no patient is among them. */
export async function placesOf(read: Pick<Reader, 'range' | 'documents'>): Promise<Place[]> {
  const kinds = [modules.locations.kind, modules.territories.kind, modules['care-teams'].kind]
  const page = { after: '', through: null, limit: 2000 }
  const rows = await read.range('reference', [{ kinds, scopes: 'all' }], page)
  const stored = await read.documents(
    'reference',
    rows.map(({ id }) => id),
  )
  return stored.flatMap(({ body: { doc } }) => placeOf(doc))
}

function placeOf(doc: AnyDocument): Place[] {
  const name = typeof doc['name'] === 'string' ? doc['name'] : doc.id
  if (doc.kind === modules.territories.kind) return [{ scope: `territory:${doc.id}`, name }]
  if (doc.kind === modules['care-teams'].kind)
    return [{ scope: `team:${doc.id}`, name: `Care team: ${name}` }]
  return doc['type'] === 'site' ? [{ scope: `site:${doc.id}`, name }] : []
}

import { collectionSchema } from '#app/kernel/index.ts'
import type { DamageKind, DamagedCollection, DamageReport } from '../storage/index.ts'

const names: Readonly<Record<DamageKind, string>> = {
  changed: 'changed',
  missing: 'missing',
  past: 'from the past',
}

/** What is damaged, as a person is told: what was done to it, and which records it held. No id, and nothing of a record. */
export function damageWords({ pages, kinds, head, collections }: DamageReport): string {
  const found = (Object.keys(names) as DamageKind[]).filter((kind) => kinds[kind] > 0)
  const told = found.map((kind) => `${kinds[kind]} ${names[kind]}`).join(', ')
  return [
    ...(pages > 0 ? [`${pages === 1 ? '1 page' : `${pages} pages`} (${told})${held(collections)}`] : []),
    ...(head ? ['its parts are of different times'] : []),
  ].join('; ')
}

/** Of the collections of records; what else lies on pages means nothing to a person. */
function held(collections: readonly DamagedCollection[]): string {
  const known = collections.filter(({ collection }) => collectionSchema.safeParse(collection).success)
  if (known.length === 0) return ''
  const records = known.reduce((sum, { lost, outdated }) => sum + lost.length + outdated.length, 0)
  const more = known.every(({ complete }) => complete) ? '' : ' or more'
  const counted = `${records} ${records === 1 ? 'record' : 'records'}${more}`
  return `, ${counted} of ${known.map(({ collection }) => collection).join(', ')}`
}

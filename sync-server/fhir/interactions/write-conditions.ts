import { AppError } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { identifiersOf, ownerMark } from '../../replication/identifiers.ts'
import type { Identifier, StoredDocument } from '../../store/contract.ts'
import { acceptors } from '../accept/index.ts'
import { notValid } from '../accept/refusals.ts'
import { isFhirType } from '../resource-types.ts'
import { identifiersAsked } from '../search/candidates.ts'
import { readSearch } from '../search/criteria.ts'
import type { Parameters } from '../search/criteria.ts'
import { seeByIds } from '../seen.ts'
import type { Seen } from '../seen.ts'
import type { Writing } from './writing.ts'

// What must hold for a write, looked at in the transaction that writes: two clients can not make one record twice.

/**
 * The record that a conditional create would make again; null where there is none. Throws `fhir.not-supported` for a condition
 * that is more than one identifier with its system, `fhir.several-matches`.
 */
export async function matchOf(
  writing: Writing,
  condition: Parameters,
): Promise<{ readonly id: Id; readonly seq: number } | null> {
  const [criterion] = readSearch(writing.type, condition).criteria
  const isOne = condition.length === 1 && criterion?.name === 'identifier' && criterion.values.length === 1
  const asked = isOne ? identifiersAsked(criterion) : null
  if (asked === null)
    throw new AppError('fhir.not-supported', { what: 'a condition that is not identifier=system|value' })
  const [match, ...more] = await carriersOf(writing, asked)
  if (more.length > 0) throw new AppError('fhir.several-matches')
  if (match === undefined) return null
  const { module } = acceptors[writing.type]
  const [stored] = await writing.tx.look([{ collection: module.collection, id: match.id }])
  return { id: match.id, seq: stored?.seq ?? 0 }
}

/** Throws `fhir.duplicate` where another record that the client sees has an identifier that this one gets. */
export async function insistOnNewIdentifiers(
  writing: Writing,
  view: AnyDocument,
  current: StoredDocument | null,
): Promise<void> {
  const before = new Set((current === null ? [] : identifiersOf(current.body.doc)).map(nameOf))
  const added = identifiersOf(view).filter((one) => !before.has(nameOf(one)) && !isMark(one, view))
  const carriers = await carriersOf(writing, added)
  if (carriers.some(({ id }) => id !== view.id)) throw new AppError('fhir.duplicate')
}

function nameOf({ authority, type, value }: Identifier): string {
  return JSON.stringify([authority, type, value])
}

/** That a record hangs on a patient is no identifier of its own. */
function isMark(identifier: Identifier, { patientId }: AnyDocument): boolean {
  return typeof patientId === 'string' && nameOf(identifier) === nameOf(ownerMark(patientId))
}

/** Those that live: what ended in another record, or was taken away, stands in nobody's way. */
async function carriersOf(
  { tx, looking, type }: Writing,
  wanted: readonly Identifier[],
): Promise<readonly Seen[]> {
  if (wanted.length === 0) return []
  const { collection, kind } = acceptors[type].module
  const ids = [...new Set((await tx.findByIdentifiers(collection, kind, wanted)).flat())]
  const seen = await seeByIds(looking, type, ids)
  return seen.filter(({ removed, view }) => !removed && (view['mergedIntoId'] ?? null) === null)
}

/** Throws `fhir.invalid` where a reference that was not there before leads to nothing that the client may see. */
export async function insistOnReferences(
  { looking, type }: Writing,
  body: unknown,
  shown: unknown,
): Promise<void> {
  const before = new Set(referencesIn(shown))
  for (const reference of new Set(referencesIn(body))) {
    if (before.has(reference)) continue
    const [named = '', id = ''] = reference.split('/')
    const [found] = isFhirType(named) ? await seeByIds(looking, named, [id]) : []
    if (found === undefined || found.removed)
      throw notValid(type, `a reference to a ${nameOnly(named)} leads nowhere`)
  }
}

function nameOnly(type: string): string {
  return isFhirType(type) ? type : 'resource'
}

function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'reference' && typeof member === 'string' ? [member] : referencesIn(member),
  )
}

import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Identifier } from '#app/values/index.ts'
import type { Identity, Intent } from '../../mapping/index.ts'
import type { StoredDocument, WriteTransaction } from '../../../store/contract.ts'
import { Parked } from '../applying/parked.ts'
import { derivedRecordId, findByNumbers } from './identity.ts'
import type { Found } from './identity.ts'
import { numbersOf } from './numbers.ts'

// A record that has several names, such as a visit (PV1-19, PV1-50, PID-18 with the time of admission): whatever it was ever
// called leads to it. Two names that hit two records are for people.

type ByCause = Extract<Identity, { by: 'cause' }>
type Name = NonNullable<ByCause['names']>[number]

/**
 * `id` is what the strongest name means, whether it is there or not. Where it is not, a weaker name may know the record.
 * Names that the record bears already were looked at when it got them. Throws `Parked`.
 */
export async function findByNames(
  tx: WriteTransaction,
  { module, identity }: { readonly module: Intent['module']; readonly identity: ByCause },
  owner: Found,
  id: Id,
): Promise<Id> {
  const { names = [] } = identity
  const [there] = await tx.load([{ collection: modules[module].collection, id }])
  const borne = new Set(there === undefined ? [] : numbersOf(there.body.doc).map(({ key }) => key))
  const search = { tx, module, names, owner, isKnown: there !== undefined }
  const [strongest] = names
  const isMade = strongest !== undefined && madeBy(strongest, owner).includes(id)
  // Whoever has the strongest number was asked for already: nobody, or what was made by it, or the first of several.
  const isSettled = (name: Name): boolean =>
    name === strongest && name.began === undefined ? isMade : borne.has(name.number.key)
  let meant = there === undefined ? null : id
  for (const name of names) {
    if (isSettled(name)) continue
    const hits = await hitsOf(search, name)
    const [first] = hits
    if (first === undefined) continue
    const isAmbiguous = hits.length > 1 && (meant === null || name === strongest)
    if (isAmbiguous || (meant !== null && !hits.includes(meant))) {
      throw new Parked({ code: 'hl7.identity-conflict', facts: { place: name.place } })
    }
    meant ??= first
  }
  return meant ?? id
}

type Search = {
  readonly tx: WriteTransaction
  readonly module: Intent['module']
  readonly names: readonly Name[]
  readonly owner: Found
  /** The strongest name has found a record. */
  readonly isKnown: boolean
}

/** Records of the owner that are, or were, known by a name; what ended in another is found by that one. */
async function hitsOf({ tx, module, names, owner, isKnown }: Search, name: Name): Promise<readonly Id[]> {
  const { collection, kind } = modules[module]
  const made = await tx.load(madeBy(name, owner).map((id) => ({ collection, id })))
  const bearing = await findByNumbers(tx, collection, kind, [name.number])
  const fitting = bearing.filter(({ body }) => name.began === undefined || name.began === startOf(body.doc))
  const told = name.began !== undefined || !isKnown
  const found = [...made, ...fitting].filter(
    (one) =>
      one.body.ended === undefined &&
      one.body.doc['patientId'] === owner.id &&
      !(told && hasOtherNumber(one, names)),
  )
  return [...new Set(found.map((one) => one.id))]
}

function madeBy({ cause }: Name, { id, aliases }: Found): readonly Id[] {
  return [id, ...aliases].map((of) => derivedRecordId({ by: 'cause', cause, of: null }, of))
}

/**
 * Under a number of its own that the message does not name, where it names one of that rank: several may share what is
 * weaker, and the number tells them apart.
 */
function hasOtherNumber({ body }: StoredDocument, names: readonly Name[]): boolean {
  const said = names.filter(({ began }) => began === undefined).map(({ number }) => number)
  return numbersOf(body.doc).some(
    (one) => said.some((mine) => isOfRank(one, mine)) && !said.some(({ key }) => key === one.key),
  )
}

/** Of one authority and type, and both the number itself or both another one beside it. */
function isOfRank(one: Identifier, other: Identifier): boolean {
  const by = ({ authority }: Identifier): string => authority?.universalId ?? authority?.namespace ?? ''
  return one.type === other.type && one.use === other.use && by(one) === by(other)
}

function startOf(doc: StoredDocument['body']['doc']): unknown {
  const period = doc['period']
  return typeof period === 'object' && period !== null && 'start' in period ? period.start : undefined
}

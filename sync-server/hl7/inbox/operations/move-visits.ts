import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Identifier } from '#app/values/index.ts'
import { change } from '../../../replication/one-person/merge-patients.ts'
import { recordsOf } from '../../../replication/records-of-patient.ts'
import type { StoredDocument } from '../../../store/contract.ts'
import type { Operation } from '../../mapping/index.ts'
import { findByNumbers } from '../identity/identity.ts'
import { former, jsonOf, numbersOf, withNumbers } from '../identity/numbers.ts'
import { merger } from './operating.ts'
import type { Operating } from './operating.ts'
import { labelled } from '../applying/resolve.ts'

// Visits and accounts that go to another patient, or turn out to be another visit.

/** What carries the prior number gets the number of now, and goes to the patient of the message. */
export async function moveVisits(
  within: Operating,
  operation: Extract<Operation, { type: 'merge-visits' | 'move-visits' }>,
): Promise<number> {
  const { tx, found } = within
  const { prior, now, from, to } = operation
  const { collection, kind } = modules.encounters
  const target = labelled(found, to)
  const owners = new Set([target.id, ...(from === null ? [] : [labelled(found, from).id])])
  const known = await findByNumbers(tx, collection, kind, [prior])
  const carrying =
    from === null && known.length === 1
      ? known
      : known.filter(({ body }) => owners.has(String(body.doc['patientId'])))
  const living =
    now === null
      ? undefined
      : (await findByNumbers(tx, collection, kind, [now])).find(({ body }) => body.ended === undefined)
  let count = 0
  for (const visit of carrying) {
    if (visit.id === living?.id && operation.type === 'merge-visits') continue
    if (operation.type === 'merge-visits' && living !== undefined)
      count += await endVisit(within, visit, living)
    else count += await moveVisit(within, visit, now, target.id, owners)
  }
  return count
}

async function moveVisit(
  within: Operating,
  visit: StoredDocument,
  now: Identifier | null,
  patientId: Id,
  owners: ReadonlySet<Id>,
): Promise<number> {
  const numbers = numbersOf(visit.body.doc)
  const identifiers = now === null ? numbers : withNumbers(numbers, [now])
  const before = String(visit.body.doc['patientId'])
  await change(within.tx, merger(within), visit, { patientId, identifiers: jsonOf(identifiers) })
  let count = 1
  for (const owner of new Set([...owners, before])) {
    if (owner === patientId) continue
    const records = await recordsOf(within.tx, owner)
    const own = records.filter(({ body }) => body.doc['encounterId'] === visit.id)
    for (const record of own) await change(within.tx, merger(within), record, { patientId })
    count += own.length
  }
  return count
}

/** A visit that was another one all the time: what hangs on it goes there, and it says that it was an error. */
async function endVisit(within: Operating, visit: StoredDocument, living: StoredDocument): Promise<number> {
  const { tx } = within
  const records = await recordsOf(tx, String(visit.body.doc['patientId']))
  const own = records.filter(({ body }) => body.doc['encounterId'] === visit.id)
  const patientId = String(living.body.doc['patientId'])
  for (const record of own) await change(tx, merger(within), record, { encounterId: living.id, patientId })
  const numbers = withNumbers(numbersOf(living.body.doc), numbersOf(visit.body.doc).map(former))
  await change(tx, merger(within), living, { identifiers: jsonOf(numbers) })
  const moved = own.map(({ collection, id }) => ({ collection, id, was: 'handed over', before: {} }) as const)
  await change(
    tx,
    merger(within),
    visit,
    { status: 'entered-in-error' },
    { ended: { into: living.id, moved } },
  )
  return own.length + 2
}

import {
  change,
  mergePatients,
  survivorOf,
  undoMerge,
} from '../../../replication/one-person/merge-patients.ts'
import type { Operation } from '../../mapping/index.ts'
import { callOff } from './call-off.ts'
import { moveVisits } from './move-visits.ts'
import { jsonOf, numbersOf, withNumbers } from '../identity/numbers.ts'
import { merger } from './operating.ts'
import type { Operating } from './operating.ts'
import { Impossible, Parked } from '../applying/parked.ts'
import { labelled } from '../applying/resolve.ts'
import { endUnsaid } from './snapshot.ts'

// What a message does to records as such, after its values were written: in the same savepoint, so that a merge that
// can't be done leaves nothing of its message behind.

/** Answers how many records it changed. Throws `Parked` or `Impossible`. */
export async function operate(within: Operating, operations: readonly Operation[]): Promise<number> {
  let count = 0
  for (const operation of operations) count += await one(within, operation)
  return count
}

async function one(within: Operating, operation: Operation): Promise<number> {
  switch (operation.type) {
    case 'merge-patients':
      return merge(within, operation.into, operation.from)
    case 'move-identifiers':
      return moveIdentifiers(within, operation)
    case 'merge-visits':
    case 'move-visits':
      return moveVisits(within, operation)
    case 'snapshot':
      return endUnsaid(within, operation)
    case 'call-off':
      return callOff(within, operation)
    case 'link':
      return link(within, operation)
    case 'unlink':
      return unlink(within, operation.one, operation.other)
  }
}

/**
 * PID survives, MRG ends. What ended already in the one that survives is no news; two names of one record, or a merge
 * against the direction of one that was done, is refused.
 */
async function merge(within: Operating, into: string, from: string): Promise<number> {
  const { tx, found } = within
  const [survivorNamed, loserNamed] = [labelled(found, into).named, labelled(found, from).named]
  const survivor = await survivorOf(tx, survivorNamed)
  const loser = await survivorOf(tx, loserNamed)
  if (survivor === loser) {
    if (loserNamed !== loser) return 0
    throw survivorNamed === loser
      ? new Impossible('a record can not be merged into itself', 'MRG-1')
      : new Impossible('the record that is to survive has ended in the one that is to end', 'MRG-1')
  }
  if (loserNamed !== loser) {
    throw new Parked({
      code: 'hl7.identity-conflict',
      facts: { place: 'MRG-1', patients: 2 },
    })
  }
  const moved = await mergePatients(tx, merger(within), { loser, survivor })
  return moved.length + 2
}

/** Two records are said to be of one person: which of them lives on, a person decides. */
async function link(
  within: Operating,
  { one, other }: Extract<Operation, { type: 'link' }>,
): Promise<number> {
  const { decision, found } = within
  if (decision.patientId === labelled(found, one).id) return merge(within, one, other)
  if (decision.patientId === labelled(found, other).id) return merge(within, other, one)
  const why = 'two records are said to be of one person'
  throw new Parked({ code: 'hl7.needs-decision', facts: { why, place: 'PID[2]' } })
}

/** A24's opposite: where one of the two ended in the other, that is taken back. */
async function unlink(within: Operating, one: string, other: string): Promise<number> {
  const { tx, found } = within
  const named = [labelled(found, one).named, labelled(found, other).named]
  for (const id of named) {
    const [patient] = await tx.load([{ collection: 'patients', id }])
    if (patient?.body.ended === undefined || !named.includes(patient.body.ended.into)) continue
    return (await undoMerge(tx, merger(within), id)) + 2
  }
  return 0
}

/**
 * A number goes to another patient. Where it is the only one of its record, the record goes with it: that is a merge.
 * Where the record has others, nobody but a person can tell what was kept under which.
 */
async function moveIdentifiers(
  within: Operating,
  { into, from, identifiers }: Extract<Operation, { type: 'move-identifiers' }>,
): Promise<number> {
  const { tx, found } = within
  const target = labelled(found, into)
  const source = labelled(found, from)
  const [here] = await tx.load([{ collection: 'patients', id: source.id }])
  if (source.id === target.id) return 0
  if (here === undefined) {
    const [living] = await tx.load([{ collection: 'patients', id: target.id }])
    if (living === undefined) return 0
    const known = numbersOf(living.body.doc)
    await change(tx, merger(within), living, { identifiers: jsonOf(withNumbers(known, identifiers)) })
    return 1
  }
  const leaving = new Set(identifiers.map(({ key }) => key))
  if (numbersOf(here.body.doc).some(({ key }) => !leaving.has(key))) {
    throw new Parked({
      code: 'hl7.needs-decision',
      facts: { why: 'a number is moved from a patient who has others', place: 'MRG-1' },
    })
  }
  return merge(within, into, from)
}

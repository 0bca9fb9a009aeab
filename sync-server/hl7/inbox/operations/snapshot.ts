import { sameJson } from '#app/kernel/index.ts'
import type { AnyDocument, Json } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { change } from '../../../replication/one-person/merge-patients.ts'
import { recordsOf } from '../../../replication/records-of-patient.ts'
import type { StoredBody } from '../../../store/contract.ts'
import type { Among, Operation } from '../../mapping/index.ts'
import { merger } from './operating.ts'
import type { Operating } from './operating.ts'
import { labelled } from '../applying/resolve.ts'

/** What this feed said of the patient before, and does not say any more. */
export async function endUnsaid(
  within: Operating,
  { module, of, kept, ended, among = [], visit }: Extract<Operation, { type: 'snapshot' }>,
): Promise<number> {
  const { tx, actor, found } = within
  const ofVisit = typeof visit === 'string' ? labelled(found, visit).id : visit
  const said = new Set(kept.map((label) => labelled(found, label).id))
  const records = await recordsOf(tx, labelled(found, of).id, [modules[module]])
  const gone = records.filter(
    ({ id, body, body: { doc } }) =>
      !said.has(id) &&
      doc.created.by === actor.feedId &&
      !isSettled(body, module, ended, actor) &&
      !alreadyEnded(doc, ended) &&
      (ofVisit === undefined || (doc['encounterId'] ?? null) === ofVisit) &&
      among.every(({ field, any }) => holdsAny(doc[field], any)),
  )
  const by = actor.feedId
  for (const record of gone) {
    // Said by the feed, or the same word as before would be no news once it is listed again.
    const { feeds } = record.body
    await change(tx, merger(within), record, ended, { feeds: { ...feeds, [by]: { ...feeds[by], ...ended } } })
  }
  return gone.length
}

/** A list does not end what a later message has stated, nor what somebody else has said of it, unless the feed owns that. */
function isSettled(
  { stamps }: StoredBody,
  module: ModuleName,
  ended: Readonly<Record<string, Json>>,
  { at, ownership }: Operating['actor'],
): boolean {
  return Object.keys(ended).some((field) => {
    const stamp = stamps[field]
    if (stamp === undefined) return false
    return stamp.at > at || (stamp.origin !== 'feed' && ownership(module, field) !== 'feed')
  })
}

function alreadyEnded(doc: AnyDocument, ended: Readonly<Record<string, Json>>): boolean {
  return Object.entries(ended).every(([name, value]) => sameJson(doc[name], value))
}

function holdsAny(held: unknown, any: Among['any']): boolean {
  const items: readonly unknown[] = Array.isArray(held) ? held : [held ?? null]
  return items.some((item) => any.some((one) => one === item))
}

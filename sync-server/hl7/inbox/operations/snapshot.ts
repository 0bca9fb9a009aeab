import { sameJson } from '#app/kernel/index.ts'
import type { AnyDocument, Json } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { change } from '../../../replication/one-person/merge-patients.ts'
import { recordsOf } from '../../../replication/records-of-patient.ts'
import type { StoredBody } from '../../../store/contract.ts'
import type { Operation } from '../../mapping/index.ts'
import { merger } from './operating.ts'
import type { Operating } from './operating.ts'
import { labelled } from '../applying/resolve.ts'

/** What this feed said of the patient before, and does not say any more. */
export async function endUnsaid(
  within: Operating,
  { module, of, kept, ended, among }: Extract<Operation, { type: 'snapshot' }>,
): Promise<number> {
  const { tx, actor, found } = within
  const said = new Set(kept.map((label) => labelled(found, label).id))
  const records = await recordsOf(tx, labelled(found, of).id, [modules[module]])
  const gone = records.filter(
    ({ id, body, body: { doc } }) =>
      !said.has(id) &&
      doc.created.by === actor.feedId &&
      !saidLater(body, ended, actor.at) &&
      !alreadyEnded(doc, ended) &&
      (among === undefined || holdsAny(doc[among.field], among.any)),
  )
  const by = actor.feedId
  for (const record of gone) {
    // Said by the feed, or the same word as before would be no news once it is listed again.
    const { feeds } = record.body
    await change(tx, merger(within), record, ended, { feeds: { ...feeds, [by]: { ...feeds[by], ...ended } } })
  }
  return gone.length
}

/** A list that comes late does not end what a later message has stated. */
function saidLater({ stamps }: StoredBody, ended: Readonly<Record<string, Json>>, at: string): boolean {
  return Object.keys(ended).some((field) => (stamps[field]?.at ?? '') > at)
}

function alreadyEnded(doc: AnyDocument, ended: Readonly<Record<string, Json>>): boolean {
  return Object.entries(ended).every(([name, value]) => sameJson(doc[name], value))
}

function holdsAny(list: unknown, any: readonly string[]): boolean {
  return Array.isArray(list) && list.some((item) => any.includes(String(item)))
}

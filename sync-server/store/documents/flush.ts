import { appendToChain } from '#sync-server/audit/chain.ts'
import type { Written } from '../contract.ts'
import { insertAll } from '../dialects/batches.ts'
import { linkStatements, writeBlobs } from '../blobs/links.ts'
import { closeMessageStatements } from '../inbox/inbox-statements.ts'
import {
  OUTBOX,
  outgoingEndStatements,
  outgoingStatements,
  sendingStatements,
} from '../outbox/outbox-statements.ts'
import { takeNumbers } from '../dialects/counters.ts'
import type { Signal } from '../port.ts'
import { bodyText } from './body-text.ts'
import type { ByDocument } from './by-document.ts'
import { receiptStatements, shadowStatements } from './pushed-statements.ts'
import type { Context } from './rows.ts'
import type { Ground, Staged, Staging } from './staging.ts'
import {
  conflictStatements,
  currentOf,
  departureStatements,
  identifierStatements,
  membershipStatements,
  revisionStatements,
} from './statements.ts'
import type { Numbered } from './statements.ts'

/** Another transaction wrote a document after this one had loaded it, or created it too. */
export class LostRace extends Error {}

/** What a commit moved: for those who listen. */
export type Flushed = { readonly written: readonly Written[]; readonly heads: ReadonlyMap<string, number> }

/**
 * Writes all that was staged. Only here the counters are taken, so that they are held for as short as can be and the
 * order of numbers is the order of commits.
 */
export async function flush(context: Context, staging: Staging): Promise<Flushed> {
  const documents = staging.of('document')
  await writeBlobs(context, staging.of('blob'))
  // Sealing needs the number, turning bodies to bytes does not: it is done before the counters are held.
  const bodies = documents.map((write) => Buffer.from(bodyText(write, write.body)))
  const outgoing = staging.of('outgoing')
  const { numbered, heads } = await number(context, documents, staging.signals, outgoing.length)
  const behind = (heads.get(OUTBOX) ?? 0) - outgoing.length + 1
  const current = currentOf(numbered)
  await writeDocuments(context, staging.grounds, current)
  await context.dialect.runAll(context.executor, [
    ...revisionStatements(context, numbered, bodies),
    ...current.flatMap((entry) => departureStatements(context, entry, staging.grounds.get(entry.write))),
    ...membershipStatements(context, current),
    ...identifierStatements(context, staging, numbered),
    ...linkStatements(context, documents),
    ...conflictStatements(context, staging, current),
    ...receiptStatements(context, staging.of('receipt')),
    ...shadowStatements(context, staging.of('shadow'), numbered),
    ...closeMessageStatements(context, staging.of('close-message')),
    ...outgoingStatements(
      context,
      outgoing.map(({ message }, index) => ({ write: message, seq: behind + index })),
    ),
    ...sendingStatements(
      context,
      staging.of('sending').map(({ sequence }) => sequence),
    ),
    ...outgoingEndStatements(context, staging.of('close-outgoing')),
    ...(await appendToChain(context, staging.of('audit'))),
  ])
  return { written: numbered.map(({ write: { collection, id }, seq }) => ({ collection, id, seq })), heads }
}

/** Takes the counters in the order of their names, so that no two transactions wait for each other. */
async function number(
  context: Context,
  documents: readonly Staged<'document'>[],
  signals: ReadonlySet<Signal>,
  outgoing: number,
) {
  const counts = new Map<string, number>([...signals].map((signal) => [signal, 1]))
  if (outgoing > 0) counts.set(OUTBOX, outgoing)
  for (const { collection } of documents) counts.set(collection, (counts.get(collection) ?? 0) + 1)
  const heads = new Map<string, number>()
  const next = new Map<string, number>()
  for (const [name, count] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const head = await takeNumbers(context, name, count)
    heads.set(name, head)
    next.set(name, head - count + 1)
  }
  const numbered = documents.map((write): Numbered => {
    const seq = next.get(write.collection) ?? 0
    next.set(write.collection, seq + 1)
    return { write, seq }
  })
  return { numbered, heads }
}

async function writeDocuments(
  { executor, dialect }: Context,
  grounds: ByDocument<Ground>,
  current: readonly Numbered[],
): Promise<void> {
  const stored_at = new Date().toISOString()
  const rows = current.map(({ write, seq }) => ({
    collection: write.collection,
    id: write.id,
    kind: write.body.doc.kind,
    seq,
    previous: grounds.get(write)?.seq ?? 0,
    stored_at,
  }))
  const inserts = insertAll('documents', rows, (batch) =>
    executor
      .insertInto('documents')
      .values(batch)
      .onConflict((conflict) =>
        conflict
          .columns(['collection', 'id'])
          .doUpdateSet((row) => ({
            seq: row.ref('excluded.seq'),
            previous: row.ref('excluded.previous'),
            stored_at: row.ref('excluded.stored_at'),
          }))
          .whereRef('documents.seq', '=', 'excluded.previous'),
      ),
  )
  let written = 0
  for (const insert of inserts) written += await dialect.insert(executor, insert)
  if (written !== rows.length) throw new LostRace('a document has changed meanwhile')
}

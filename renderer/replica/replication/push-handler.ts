import type { RxReplicationWriteToMasterRow } from 'rxdb'
import type { Clock, CollectionName, Id } from '#app/kernel/index.ts'
import { fromWire } from '../database/stored-document.ts'
import type { ReplicatedDocument, StoredDocument } from '../database/stored-document.ts'
import type { AnswerOrder } from './answer-order.ts'
import type { PushGate } from './push-gate.ts'
import { quarantined } from './quarantine.ts'
import type { Quarantine } from './quarantine.ts'

type PushContext = {
  readonly collection: CollectionName
  readonly gate: PushGate
  readonly order: AnswerOrder
  readonly quarantine: Quarantine
  readonly clock: Clock
  readonly authorOf: (document: StoredDocument) => Id
  /** Resolves while there is a server to speak to. */
  readonly online: () => Promise<void>
}

type Row = RxReplicationWriteToMasterRow<ReplicatedDocument>

/**
 * RxDB's push handler of one collection. Every row is answered, and every view goes back as a conflict row: the server
 * has merged, its view is the document's new state. Throws for transport only.
 */
export function pushHandler(context: PushContext): (rows: Row[]) => Promise<ReplicatedDocument[]> {
  return async (rows) => {
    await context.online()
    const documents = rows.map((row) => row.newDocumentState)
    const answers = await context.gate.submit(context.collection, documents)
    const pairs = documents.flatMap((document, index) => {
      const answer = answers[index]
      return answer === undefined ? [] : [{ document, answer }]
    })
    for (const { document, answer } of pairs) {
      if (answer.outcome !== 'refused') continue
      const author = context.authorOf(document)
      await context.quarantine.add(quarantined(context.collection, document, answer, author, context.clock))
    }
    const views = pairs.map(({ document, answer }) =>
      fromWire(context.order.answer(document.edit, answer.view)),
    )
    return views
  }
}

/** What came from the server is not sent back to it. */
export async function pushModifier(document: ReplicatedDocument): Promise<ReplicatedDocument | null> {
  return Promise.resolve(document.edit === '' ? null : document)
}

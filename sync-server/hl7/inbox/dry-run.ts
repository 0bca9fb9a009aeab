import type { Clock, Id, Json } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { FeedOutcome, FeedWrite } from '../../replication/feed-write.ts'
import type { WriteDoor } from '../../replication/write-door.ts'
import type { Store, StoredDocument, WriteTransaction } from '../../store/contract.ts'
import type { Feed } from '../feed-config.ts'
import { readHeader } from '../header.ts'
import type { Message } from '../parse/message.ts'
import { prepareMessage, writeMessage } from './apply.ts'
import type { Applicable, ApplyParts, Ending } from './apply.ts'
import type { Decision } from './identity.ts'

/** What a message would do to one record. Values are PHI: for eyes that may see them. */
export type WouldChange = {
  readonly module: ModuleName
  readonly id: Id
  readonly outcome: FeedOutcome['outcome']
  readonly fields: readonly {
    readonly field: string
    readonly before: Json
    readonly after: Json
    /** It would go to the conflict ledger instead of the record. */
    readonly waits: boolean
  }[]
}

export type DryRun = { readonly ending: Ending; readonly changes: readonly WouldChange[] }

export type DryRunParts = Omit<ApplyParts, 'door'> & {
  readonly store: Pick<Store, 'transaction'>
  readonly door: Pick<WriteDoor, 'feed'>
  readonly clock: Clock
}

/** Carries the answer out of a transaction that must not be. */
class RolledBack extends Error {
  readonly answer: DryRun

  constructor(answer: DryRun) {
    super('rolled back')
    this.name = 'RolledBack'
    this.answer = answer
  }
}

/** Maps and decides as applying does, in a transaction that is rolled back. Throws for faults of the store or of ours. */
export async function dryRun(
  { store, door, orgId }: DryRunParts,
  entry: Applicable,
  message: Message,
  feed: Feed,
  decision: Decision = {},
): Promise<DryRun> {
  const prepared = prepareMessage(entry, message, readHeader(message), feed)
  try {
    await store.transaction(async (tx) => {
      const changes: WouldChange[] = []
      const watching: Pick<WriteDoor, 'feed'> = {
        async feed(inner, actor, writes) {
          const before = await inner.load(writes.map(refOf))
          const outcomes = await door.feed(inner, actor, writes)
          changes.push(...(await changesOf(inner, before, writes, outcomes)))
          return outcomes
        },
      }
      const ending = await writeMessage({ door: watching, orgId }, tx, prepared, async () => null, decision)
      throw new RolledBack({ ending, changes })
    })
  } catch (thrown) {
    if (thrown instanceof RolledBack) return thrown.answer
    throw thrown
  }
  throw new Error('a dry run was committed')
}

function refOf({ module, id }: Pick<FeedWrite, 'module' | 'id'>) {
  return { collection: modules[module].collection, id }
}

async function changesOf(
  tx: WriteTransaction,
  before: readonly StoredDocument[],
  writes: readonly FeedWrite[],
  outcomes: readonly FeedOutcome[],
): Promise<WouldChange[]> {
  const after = await tx.load(writes.map(refOf))
  const valueIn = (documents: readonly StoredDocument[], id: Id, field: string): Json => {
    const found = documents.find((document) => document.id === id)
    return (found?.body.doc[field] as Json | undefined) ?? null
  }
  return outcomes.map(({ module, id, outcome, changed, waiting }, index) => ({
    module,
    id,
    outcome,
    fields: [
      ...changed.map((field) => ({
        field,
        before: valueIn(before, id, field),
        after: valueIn(after, id, field),
        waits: false,
      })),
      ...waiting
        .filter((field) => !changed.includes(field))
        .map((field) => ({
          field,
          before: valueIn(before, id, field),
          after: writes[index]?.set[field] ?? null,
          waits: true,
        })),
    ],
  }))
}

import { sameJson } from '#app/kernel/index.ts'
import type { Clock, Id, Json } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { FeedOutcome, FeedWrite } from '../../../replication/feed/feed-write.ts'
import type { WriteDoor } from '../../../replication/write-door.ts'
import type { Store, StoredDocument, WriteTransaction } from '../../../store/contract.ts'
import type { Feed } from '../../feed-config.ts'
import { readHeader } from '../../header.ts'
import type { Message } from '../../parse/message.ts'
import { prepareMessage, writeMessage } from '../applying/apply.ts'
import type { Applicable, ApplyParts, Ending } from '../applying/apply.ts'
import type { Decision } from '../identity/identity.ts'

/** What a message would do to one record. Values are PHI: for eyes that may see them. */
export type WouldChange = {
  readonly module: ModuleName
  readonly id: Id
  readonly outcome: FeedOutcome['outcome']
  /** Of the record as it is, or would be: who may see it. */
  readonly scopes: readonly string[]
  readonly fields: readonly {
    readonly field: string
    readonly before: Json
    /** Whether the value before is the one that this feed said last. */
    readonly wasSaid: boolean
    /** What the message says; `after` is what comes of it, together with what others wrote. */
    readonly says: Json
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
          changes.push(...(await changesOf(inner, actor.feedId, before, writes, outcomes)))
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
  feedId: Id,
  before: readonly StoredDocument[],
  writes: readonly FeedWrite[],
  outcomes: readonly FeedOutcome[],
): Promise<WouldChange[]> {
  const after = await tx.load(writes.map(refOf))
  const byId = (documents: readonly StoredDocument[], id: Id) => documents.find((one) => one.id === id)
  const valueIn = (document: StoredDocument | undefined, field: string): Json =>
    (document?.body.doc[field] as Json | undefined) ?? null
  return outcomes.map(({ module, id, outcome, changed, waiting }, index) => {
    const was = byId(before, id)
    const is = byId(after, id)
    const said = was?.body.feeds[feedId] ?? {}
    const fieldOf = (field: string, waits: boolean) => ({
      field,
      before: valueIn(was, field),
      wasSaid: sameJson(said[field] ?? null, valueIn(was, field)),
      says: writes[index]?.set[field] ?? null,
      after: waits ? (writes[index]?.set[field] ?? null) : valueIn(is, field),
      waits,
    })
    return {
      module,
      id,
      outcome,
      scopes: (was ?? is)?.scopes ?? [],
      fields: [
        ...changed.map((field) => fieldOf(field, false)),
        ...waiting.filter((field) => !changed.includes(field)).map((field) => fieldOf(field, true)),
      ],
    }
  })
}

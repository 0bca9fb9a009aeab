import { categorizeBulkWriteRows, now, randomToken } from 'rxdb'
import type {
  BulkWriteRow,
  EventBulk,
  RxStorageBulkWriteResponse,
  RxStorageChangeEvent,
  RxStorageInstance,
} from 'rxdb'
import type { LogCollection, LogEntry } from '../log/log-collection.ts'
import { encodeParts, encoderWith, isUnsent, partsOf, wholeOf } from './document-codec.ts'
import type { Fields, Members, Parsed, Stored } from './document-codec.ts'
import type { CreationParams } from './stored-collection.ts'

// What becomes of a write, decided against what memory shows. Pure; nothing is written here.

/** A document's next state, ready for the log. */
export type Accepted = LogEntry & { readonly parsed: Parsed }

/** What RxDB is told of a write, but for its place in the order of writes. */
type News = Omit<EventBulk<RxStorageChangeEvent<Stored>, unknown>, 'checkpoint'>

export type Decision<Answer> = {
  readonly accepted: readonly Accepted[]
  /** Made when RxDB is told. */
  readonly news: () => News
  /** For the writer, once all of it can be seen. */
  readonly answer: Answer
}

/** A document as somebody saw it. `order`: when it was written; 0 where there is none. */
export type Seen = { readonly order: number; readonly parsed: Parsed | undefined }

/** A document's next fields, made of what was seen; none of them is a member of RxDB's. */
export type Change = {
  readonly id: string
  readonly seen: Seen
  readonly fields: Fields
  /** What of them is otherwise than in the version that the server sent, and the kind. Absent: all of it is written. */
  readonly edited?: Fields | undefined
}

/** RxDB's name for what a person wrote. */
const LOCAL_WRITE = 'local-write'

/** As RxDB writes: by revisions. */
export function decideRows(
  rows: BulkWriteRow<Fields>[],
  context: string,
  { schema, primaryPath }: { readonly schema: CreationParams['schema']; readonly primaryPath: string },
  whole: (id: string) => Stored | undefined,
): Decision<RxStorageBulkWriteResponse<Fields>> {
  const held = new Map<string, Stored>()
  for (const { document } of rows) {
    const id = String(document[primaryPath])
    const present = whole(id)
    if (present !== undefined) held.set(id, present)
  }
  // Of the instance it asks for nothing but the schema.
  const instance = { schema } as unknown as RxStorageInstance<Fields, unknown, unknown>
  const outcome = categorizeBulkWriteRows(instance, primaryPath, held, rows, context)
  const accepted = [...outcome.bulkInsertDocs, ...outcome.bulkUpdateDocs].map(({ document }) =>
    acceptedOf(String(document[primaryPath]), partsOf(document)),
  )
  return { accepted, news: () => outcome.eventBulk, answer: { error: outcome.errors } }
}

/** What others have overtaken is not written, and answered by id. */
export function decideChanges(
  changes: readonly Change[],
  log: Pick<LogCollection, 'orderOf' | 'isStranded'>,
): Decision<readonly string[]> {
  const [timely, overtaken]: [Change[], Change[]] = [[], []]
  for (const change of changes) {
    const isTimely = log.orderOf(change.id) === change.seen.order
    ;(isTimely ? timely : overtaken).push(change)
  }
  const after = nextStates()
  const accepted = timely.map((change) => {
    const { id, seen, fields, edited } = change
    const { members, encode } = after(seen.parsed?.members)
    return edited === undefined || log.isStranded(id) || !liesBeside(change)
      ? acceptedOf(id, { fields, members })
      : editedOf(id, { fields, members, edited: { ...seen.parsed?.edited, ...edited } }, encode)
  })
  const events = () => accepted.map(({ id, parsed }, at) => changeOf(id, parsed, timely[at]?.seen.parsed))
  return {
    accepted,
    news: () => ({ id: randomToken(10), events: events(), context: LOCAL_WRITE }),
    answer: overtaken.map(({ id }) => id),
  }
}

/** What the first state of a document that the server sent has for RxDB. */
export function newMembers(): Members {
  return nextStates()(undefined).members
}

function acceptedOf(id: string, parsed: Parsed): Accepted {
  return { id, content: encodeParts(parsed), local: isUnsent(parsed), parsed }
}

function editedOf(
  id: string,
  parsed: Parsed & { readonly edited: Fields },
  encode: NextState['encode'],
): Accepted {
  return { id, content: encode(parsed.edited), local: true, isEdit: true, parsed }
}

/** Whether there is a version of the server's here that the edit can lie beside. */
function liesBeside({ seen: { parsed }, fields }: Change): boolean {
  if (parsed === undefined || !isUnsent({ fields, members: parsed.members })) return false
  return parsed.edited !== undefined || !isUnsent(parsed)
}

/** What RxDB keeps in a next state, and how such a state is written down. */
type NextState = { readonly members: Members; encode(fields: Fields): string }

/**
 * RxDB's revision: a height and whose it is. One owner writes a replica, so the height tells its states apart. Of documents that are
 * written at one moment, most are equally high.
 */
function nextStates(): (before: Members | undefined) => NextState {
  const _meta = { lwt: now() }
  const known = new Map<number, NextState>()
  return (before) => {
    const height = Number.parseInt(before?._rev ?? '0', 10) + 1
    const found = known.get(height)
    if (found !== undefined) return found
    const members: Members = { _rev: `${height}-rounds`, _meta }
    const made = { members, encode: encoderWith(members) }
    known.set(height, made)
    return made
  }
}

/** RxDB's replication looks at an event when its turn comes: until then nobody needs the documents as RxDB knows them. */
function changeOf(id: string, parsed: Parsed, before: Parsed | undefined): RxStorageChangeEvent<Stored> {
  if (before === undefined || before.members._deleted === true) {
    return {
      operation: 'INSERT',
      documentId: id,
      get documentData() {
        return wholeOf(parsed)
      },
      previousDocumentData: undefined,
    }
  }
  return {
    operation: 'UPDATE',
    documentId: id,
    get documentData() {
      return wholeOf(parsed)
    },
    get previousDocumentData() {
      return wholeOf(before)
    },
  }
}

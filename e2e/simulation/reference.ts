import { canonicalJson, codeOf, collections } from '#app/kernel/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import { moduleOfKind, modules } from '#app/modules/index.ts'
import { PULL_LIMIT } from '#app/protocol/index.ts'
import type {
  Checkpoint,
  PullAnswer,
  PullRequest,
  ViewOrTombstone,
  WireDocument,
} from '#app/protocol/index.ts'
import { createTransport } from '#renderer/replica/index.ts'
import { hashOf } from './file-acts.ts'
import type { AttachedFile, ReplicaContent } from './journal.ts'
import { enrolSeat, newSeat, signerOf } from './seat.ts'

/** `removed`: the records that somebody took away, which no list shows. */
export type ServerView = ReplicaContent & {
  readonly removed: readonly string[]
  /** What came of reading a file of a letter that is shown. */
  readFile(file: Pick<AttachedFile, 'id' | 'hash'>): Promise<'right' | 'wrong' | 'missing'>
}

/** What the server shows a user now, asked by a bare client of the protocol: no replica stands in between. */
export async function serverView(login: string, serverUrl: string): Promise<ServerView> {
  const seat = await newSeat(login)
  const { session } = await enrolSeat(serverUrl, seat, { label: `reference of ${login}` })
  const transport = createTransport(serverUrl, { fetch })
  const signer = signerOf(seat)
  const documents = new Map<string, string>()
  const removed: string[] = []
  for (const collection of collections) {
    for await (const view of walk(collection)) {
      const key = `${moduleOfKind(collection, view.kind)?.name ?? view.kind}/${view.id}`
      documents.set(key, canonicalJson(view))
      if (view.removedAt !== null) removed.push(key)
    }
  }
  return { login, documents, removed, quarantine: [], readFile }

  async function readFile({
    id,
    hash,
  }: Pick<AttachedFile, 'id' | 'hash'>): Promise<'right' | 'wrong' | 'missing'> {
    const of = { collection: modules.documents.collection, id }
    const by = { token: session.token, signer, signal: new AbortController().signal }
    try {
      const bytes = await new Response(await transport.readBlob({ hash, from: 0, of }, by)).bytes()
      return hashOf(bytes) === hash ? 'right' : 'wrong'
    } catch (failure) {
      if (codeOf(failure) === 'blob.missing') return 'missing'
      throw failure
    }
  }

  async function* walk(collection: CollectionName): AsyncGenerator<WireDocument> {
    let checkpoint: Checkpoint | null = null
    for (let more = true; more;) {
      const held = { through: null, documents: [] }
      const isWalk: boolean = checkpoint?.mode !== 'tail'
      const request: PullRequest = { collection, checkpoint, limit: PULL_LIMIT, ...(isWalk ? { held } : {}) }
      const answer: PullAnswer = await transport.call('pull', request, { token: session.token, signer })
      yield* answer.documents.filter(isView)
      more = answer.more
      checkpoint = answer.checkpoint
    }
  }
}

function isView(view: ViewOrTombstone): view is WireDocument {
  return !('_deleted' in view)
}

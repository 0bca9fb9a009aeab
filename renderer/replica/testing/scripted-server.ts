import type { AnyDocument, CollectionName, ErrorCode, Id } from '#app/kernel/index.ts'
import { catalogue, collections, newId } from '#app/kernel/index.ts'
import {
  formatRev,
  parseRev,
  REFRESH_PATH,
  routes,
  STREAM_PATH,
  wireDocumentSchema,
} from '#app/protocol/index.ts'
import type { RecoveryKeys } from '#app/recovery/index.ts'
import type {
  EmergencySet,
  EmergencySetAnswer,
  EmergencySetRequest,
  EscrowRequest,
  EstimateAnswer,
  EvictedAnswer,
  EvictedRef,
  EvictedRequest,
  FirstAnswer,
  PullAnswer,
  PullRequest,
  PushItem,
  PushRequest,
  PushResult,
  ReadBatch,
  ReadsAnswer,
  ReadsRequest,
  RecoveryRequest,
  ReplicaHead,
  Session,
  SessionRequest,
  StreamEvent,
  ViewOrTombstone,
  WipedRequest,
} from '#app/protocol/index.ts'

// A server for tests of the replica: it speaks the protocol, keeps documents, and does what the script says. It merges
// nothing and knows no rights; the real server is met in e2e/.

type Stored = { readonly seq: number; readonly doc: AnyDocument | null }
export type Script = {
  /** What becomes of a pushed item; undefined: it is stored as pushed. */
  push?: (item: PushItem) => Partial<PushResult> | undefined
  /** Called with each request before it is handled; may wait, or throw as a broken network would. */
  request?: (path: string, body: unknown) => Promise<void> | void
  /** Refuses a request with a code of the catalogue. */
  refuse?: (path: string, body: unknown) => ErrorCode | undefined
  /** Called after the request was handled, before its answer arrives. */
  answer?: (path: string, body: unknown) => Promise<void> | void
}

export class ScriptedServer {
  readonly script: Script = {}
  readonly pushes: PushItem[][] = []
  readonly pulls: PullRequest[] = []
  readonly wiped: WipedRequest[] = []
  /** What devices said to be gone, receipt by receipt. */
  readonly receipts: EvictedRef[][] = []
  /** What devices told of what was looked at on them. */
  readonly reads: ReadBatch[] = []
  /** What it names when it is asked what comes first. */
  first: FirstAnswer['parts'] = []
  /** What is kept on devices for emergencies; null: they are to keep nothing. */
  emergencySet: EmergencySet | null = null
  /** What devices said to hold of it. */
  readonly held: (string | null)[] = []
  recoveryKeys: RecoveryKeys | null = null
  serverPins: string[] = []
  readonly escrows: EscrowRequest[] = []
  /** What each session says of the copy, until it says that it is whole. */
  copy: Session['copy'] = 'current'
  /** What devices said of their copies when they opened sessions. */
  readonly heads: ReplicaHead[] = []
  readonly recoveries: RecoveryRequest[] = []
  /** The answer to each recovery that is asked for. */
  recoveryBox: string | null = null
  readonly session: Pick<Session, 'user' | 'organisation'>
  incarnation = 'life1'
  epoch = 'epoch1'
  online = true
  leaseDays = 7
  /** Restored from a backup: these were never given out. */
  readonly #stored = new Map<CollectionName, Map<Id, Stored>>()
  readonly #heads = new Map<CollectionName, number>()
  /** What was taken off the device, and is not confirmed. */
  #outstanding: readonly EvictedRef[] = []
  readonly #receipts = new Map<string, Pick<PushResult, 'outcome' | 'code' | 'field'>>()
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>()

  constructor(session: Pick<Session, 'user' | 'organisation'>) {
    this.session = session
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const path = new URL(input instanceof Request ? input.url : input).pathname
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined
    await this.#reach()
    await this.script.request?.(path, body)
    const code = this.script.refuse?.(path, body)
    if (code !== undefined) {
      const facts = { seconds: 1, order: '2026-01-05T08:00:00.000Z' }
      return Response.json({ error: { code, facts } }, { status: catalogue[code].http })
    }
    if (path === STREAM_PATH) return this.#stream(init?.signal ?? undefined)
    const answer = this.#handle(path, body)
    await this.script.answer?.(path, body)
    await this.#reach()
    return Response.json(answer)
  }

  get(collection: CollectionName, id: Id): AnyDocument | null {
    return this.#of(collection).get(id)?.doc ?? null
  }

  /** Stores a state as if another device had written it. */
  write(collection: CollectionName, doc: AnyDocument): ViewOrTombstone {
    const seq = (this.#heads.get(collection) ?? 0) + 1
    this.#heads.set(collection, seq)
    const stored = { ...doc, edit: '', rev: this.#rev(seq) }
    this.#of(collection).set(doc.id, { seq, doc: stored })
    this.tellHeads()
    return stored
  }

  /** Knows a state under the rev that it has: of a device that was filled by a server such as this. */
  know(collection: CollectionName, doc: AnyDocument): void {
    const seq = parseRev(doc.rev)?.seq ?? 0
    this.#heads.set(collection, Math.max(seq, this.#heads.get(collection) ?? 0))
    this.#of(collection).set(doc.id, { seq, doc })
  }

  /** Loses count of what was taken off this device, as one that was put back to an older backup. */
  loseAccount(): void {
    this.#outstanding = []
  }

  /** Moves a document out of this user's sight. */
  evict(collection: CollectionName, id: Id): void {
    this.#outstanding = [...this.#outstanding, { collection, id }]
    const seq = (this.#heads.get(collection) ?? 0) + 1
    this.#heads.set(collection, seq)
    this.#of(collection).set(id, { seq, doc: null })
    this.tellHeads()
  }

  /** Shows a record again that had left this user's sight, as it was: a grant has come back. */
  showAgain(collection: CollectionName, doc: AnyDocument): void {
    this.#of(collection).set(doc.id, { seq: parseRev(doc.rev)?.seq ?? 0, doc })
    this.epoch = `${this.epoch}+`
    this.tell({ type: 'resync', epoch: this.epoch })
  }

  tellHeads(): void {
    this.tell({ type: 'heads', epoch: this.epoch, heads: Object.fromEntries(this.#heads) })
  }

  tell(event: StreamEvent): void {
    const bytes = new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`)
    for (const stream of this.#streams) stream.enqueue(bytes)
  }

  /** The network goes: open streams end, calls fail. */
  cut(): void {
    this.online = false
    for (const stream of this.#streams) stream.error(new TypeError('network'))
    this.#streams.clear()
  }

  mend(): void {
    this.online = true
  }

  async #reach(): Promise<void> {
    await Promise.resolve()
    if (!this.online) throw new TypeError('network')
  }

  #stream(signal: AbortSignal | undefined): Response {
    const streams = this.#streams
    let own: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        own = controller
        streams.add(controller)
        signal?.addEventListener('abort', () => {
          if (streams.delete(controller)) controller.error(new TypeError('aborted'))
        })
      },
      cancel() {
        if (own !== undefined) streams.delete(own)
      },
    })
    queueMicrotask(() => this.tellHeads())
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  #handle(path: string, body: unknown): unknown {
    switch (path) {
      case routes.beginSignIn.path:
        return { flow: 'f'.repeat(43), page: 'p'.repeat(43), minutes: 10 }
      case routes.enrol.path:
        return { deviceId: newId(), session: this.#session() }
      case routes.challenge.path:
        return { challenge: 'AAAA' }
      case routes.session.path: {
        const { head } = body as SessionRequest
        if (head !== undefined) this.heads.push(head)
        return this.#session()
      }
      case routes.pull.path:
        return this.#pull(body as PullRequest)
      case REFRESH_PATH: {
        const { token, refreshToken, expiresAt } = this.#session()
        return { token, refreshToken, expiresAt }
      }
      case routes.push.path:
        return { results: this.#push((body as PushRequest).items) }
      case routes.escrow.path:
        this.escrows.push(body as EscrowRequest)
        return {}
      case routes.askRecovery.path:
        this.recoveries.push(body as RecoveryRequest)
        return {}
      case routes.pollRecovery.path:
        return { box: this.recoveryBox }
      case routes.healed.path:
        this.copy = 'current'
        return {}
      case routes.wiped.path:
        this.wiped.push(body as WipedRequest)
        return {}
      case routes.reads.path:
        return this.#takeReads(body as ReadsRequest)
      case routes.evicted.path:
        return this.#takeReceipt(body as EvictedRequest)
      case routes.emergencySet.path:
        return this.#setBeside((body as EmergencySetRequest).held)
      case routes.estimate.path:
        return { collections: this.#estimate() }
      case routes.first.path:
        return { parts: this.first }
      case routes.fetch.path: {
        const { collection, ids } = body as { collection: CollectionName; ids: Id[] }
        return { documents: ids.map((id) => this.#view(collection, id)) }
      }
      default:
        throw new Error(`no such route: ${path}`)
    }
  }

  #takeReceipt({ gone }: EvictedRequest): EvictedAnswer {
    if (gone.length > 0) this.receipts.push(gone)
    const isGone = ({ id }: EvictedRef) => gone.some((one) => one.id === id)
    const isBack = ({ collection, id }: EvictedRef) => this.get(collection, id) !== null
    this.#outstanding = this.#outstanding.filter((ref) => !isGone(ref) && !isBack(ref))
    return { outstanding: [...this.#outstanding] }
  }

  #setBeside(held: string | null): EmergencySetAnswer {
    this.held.push(held)
    if (this.emergencySet === null) return { state: 'none' }
    return this.emergencySet.id === held
      ? { state: 'unchanged' }
      : { state: 'another', set: this.emergencySet }
  }

  #estimate(): EstimateAnswer['collections'] {
    return [...this.#stored].map(([collection, documents]) => {
      const sizes = [...documents.values()].map(({ doc }) => JSON.stringify(doc).length)
      return { collection, documents: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
    })
  }

  #takeReads({ batches, known }: ReadsRequest): ReadsAnswer {
    this.reads.push(...batches)
    const head = { seq: this.reads.length, hash: 'a'.repeat(64) }
    const at = new Date().toISOString()
    return { at, taken: this.reads.length, head, known: known?.hash ?? null, termKey: 'a2V5' }
  }

  #session(): Session {
    return {
      ...this.session,
      token: 't'.repeat(43),
      refreshToken: 'r'.repeat(43),
      issuedAt: new Date().toISOString(),
      expiresAt: '2030-01-01T00:00:00.000Z',
      recoveryKeys: this.recoveryKeys,
      serverPins: this.serverPins,
      copy: this.copy,
      leaseUntil: new Date(Date.now() + this.leaseDays * 24 * 3_600_000).toISOString(),
    }
  }

  #push(items: readonly PushItem[]): PushResult[] {
    this.pushes.push([...items])
    return items.map((item) => {
      const { collection, id, edit } = item
      const known = this.#receipts.get(edit)
      if (known !== undefined) return { collection, id, edit, ...known, view: this.#view(collection, id) }
      const { view: _view, ...scripted } = this.script.push?.(item) ?? {}
      const outcome = { outcome: 'applied' as const, ...scripted }
      if (_view !== undefined && '_deleted' in _view) this.evict(collection, id)
      else if (outcome.outcome !== 'refused')
        this.write(collection, _view ?? wireDocumentSchema.parse(item.doc))
      this.#receipts.set(edit, outcome)
      return { collection, id, edit, ...outcome, view: this.#view(collection, id) }
    })
  }

  #pull(request: PullRequest): PullAnswer {
    this.pulls.push(request)
    const { collection, checkpoint, held, limit } = request
    const seq = this.#heads.get(collection) ?? 0
    if (checkpoint !== null && checkpoint.epoch !== this.epoch) {
      const from = { epoch: this.epoch, mode: 'walk' as const, cursor: '', until: seq, seq: 0 }
      return { documents: [], checkpoint: from, more: true, remaining: 0, asked: [] }
    }
    if (checkpoint?.mode === 'tail') return this.#tail(collection, checkpoint.seq, limit)
    return this.#walk(collection, checkpoint?.cursor ?? '', checkpoint?.until ?? seq, held, limit)
  }

  #tail(collection: CollectionName, after: number, limit: number): PullAnswer {
    const news = [...this.#of(collection)].filter(([, { seq }]) => seq > after)
    const ordered = news.toSorted(([, a], [, b]) => a.seq - b.seq)
    const page = ordered.slice(0, limit)
    const more = ordered.length > limit
    const seq = more ? (page.at(-1)?.[1].seq ?? after) : (this.#heads.get(collection) ?? 0)
    return {
      documents: page.map(([id]) => this.#view(collection, id)),
      checkpoint: { epoch: this.epoch, mode: 'tail', cursor: '', until: 0, seq },
      more,
      remaining: ordered.length - page.length,
      asked: [],
    }
  }

  #walk(
    collection: CollectionName,
    after: string,
    until: number,
    held: PullRequest['held'],
    limit: number,
  ): PullAnswer {
    const range = new Map(held?.documents.map(({ id, rev }) => [id, rev]))
    const through = held?.through ?? '~'
    const all = [...this.#of(collection).keys(), ...range.keys()]
    const ids = [...new Set(all)].filter((id) => id > after && id <= through).toSorted()
    const documents: ViewOrTombstone[] = []
    const asked: Id[] = []
    let cursor = after
    for (const id of ids) {
      if (documents.length === limit) break
      cursor = id
      const rev = range.get(id)
      const stored = this.#of(collection).get(id)
      if (rev !== undefined && !rev.startsWith(`${this.incarnation}.`)) asked.push(id)
      else if (rev === undefined ? stored?.doc : stored?.doc?.rev !== rev)
        documents.push(this.#view(collection, id))
    }
    const isWhole = ids.every((id) => id <= cursor)
    const end = isWhole && held?.through === null
    return {
      documents,
      checkpoint: end
        ? { epoch: this.epoch, mode: 'tail', cursor: '', until, seq: until }
        : { epoch: this.epoch, mode: 'walk', cursor: isWhole ? through : cursor, until, seq: 0 },
      more: !end,
      remaining: [...this.#of(collection).keys()].filter((id) => id > cursor).length,
      asked,
    }
  }

  #view(collection: CollectionName, id: Id): ViewOrTombstone {
    const stored = this.#of(collection).get(id)
    if (stored?.doc !== undefined && stored.doc !== null) return stored.doc
    return { id, rev: this.#rev(stored?.seq ?? 0), _deleted: true }
  }

  #rev(seq: number): string {
    return formatRev({ incarnation: this.incarnation, seq, projection: 'p' })
  }

  #of(collection: CollectionName): Map<Id, Stored> {
    const known = this.#stored.get(collection) ?? new Map<Id, Stored>()
    this.#stored.set(collection, known)
    if (!collections.includes(collection)) throw new Error('no such collection')
    return known
  }
}

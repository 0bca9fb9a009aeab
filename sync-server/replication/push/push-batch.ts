import type { AnyModule, CollectionName, ErrorCode, Id, Json } from '#app/kernel/index.ts'
import { codeOf, viewSchema } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import { parseRev } from '#app/protocol/index.ts'
import type { PushItem, PushResult } from '#app/protocol/index.ts'
import type {
  BlobLink,
  DocumentRef,
  Receipt,
  Shadow,
  StoredBody,
  StoredDocument,
  WriteTransaction,
} from '../../store/contract.ts'
import { linksOfPush } from '../../blobs/visible-files.ts'
import type { Abroad, Residency } from '../../privacy/residency/residency.ts'
import { ByDocument, latestByDocument } from '../../store/documents/by-document.ts'
import type { PersonActor } from '../actor.ts'
import { teamsFor, teamsWritten } from '../care-teams.ts'
import { faultyField } from '../compose.ts'
import { beyondReachAmong } from './beyond-reach.ts'
import { decidePush } from './decide-push.ts'
import type { Follower, Written } from '../follower.ts'
import { changesIn } from '../field-changes.ts'
import { identifiersOf } from '../identifiers.ts'
import { refused } from './push-question.ts'
import type { Base, Decision } from './push-question.ts'
import { followMerges } from '../one-person/retarget.ts'
import { documentAmong, keyOf, standingOf } from '../view.ts'
import type { Viewer } from '../view.ts'
import { parentsFirst } from '../write-order.ts'
import type { ReadItem } from '../write-order.ts'

export type Answered = Pick<PushResult, 'outcome' | 'code' | 'field'>

export type BatchParts = {
  readonly incarnation: string
  readonly now: string
  readonly follower: Follower
  readonly residency: Residency
  /** Hears of a fault in the server's own code; the item is refused as `internal`, the batch goes on. */
  onFault(fault: unknown): void
}

export type BatchOutcome = {
  /** Who pushed: their own documents are in the answer. */
  readonly deviceId: Id
  /** By `editOf`. */
  readonly answers: ReadonlyMap<string, Answered>
  /**
   * What the transaction leaves of the documents that the batch looked at. One that was written in it has no number yet:
   * its `seq` is 0.
   */
  readonly left: readonly StoredDocument[]
  /** Whether one of them left a scope. */
  readonly departed: boolean
}

const reused: Answered = { outcome: 'refused', code: 'request.invalid' }

/**
 * One batch within one transaction. What is decided is staged, so that the second edit of a document sees the first;
 * decisions throw nothing, so no item needs a savepoint of its own.
 */
export class PushBatch {
  private readonly parts: BatchParts
  private readonly actor: PersonActor
  private readonly tx: WriteTransaction
  private readonly answers = new Map<string, Answered>()
  private shadows = new ByDocument<Shadow>()
  /** What it looked at, as it was found. */
  private found: readonly StoredDocument[] = []
  private refs: readonly DocumentRef[] = []
  private readonly erased = new ByDocument<true>()
  private abroad: Abroad = () => false
  /** What was written, as it was before. */
  private readonly before = new ByDocument<StoredBody | null>()

  constructor(parts: BatchParts, actor: PersonActor, tx: WriteTransaction) {
    this.parts = parts
    this.actor = actor
    this.tx = tx
  }

  async run(items: readonly PushItem[]): Promise<void> {
    const { deviceId } = this.actor
    const fresh = await this.unanswered(items)
    const read = fresh.flatMap((item) => this.read(item))
    this.refs = read.map(({ item }) => refOf(item))
    this.found = await this.tx.load(this.refs)
    // Before the rest is looked at: what a record hangs on is read once.
    await teamsFor(
      this.tx,
      read.map(({ view }) => view),
    )
    await this.tx.look(read.flatMap(({ refers }) => refers))
    await this.findErased()
    this.abroad = await this.parts.residency.abroad()
    // There is none of what does not exist yet, and who makes it starts from nothing.
    this.shadows = latestByDocument(await this.tx.shadows(deviceId, this.found.map(refOf)))
    for (const one of parentsFirst(read)) await this.one(one)
    const written = await this.written(fresh)
    await this.tellFollower(fresh, written)
    this.audit(items, written)
  }

  /** To be asked for once everybody who shares the transaction has run. */
  async outcome(): Promise<BatchOutcome> {
    const left = await this.tx.load(this.refs)
    const { answers, found } = this
    return { deviceId: this.actor.deviceId, answers, left, departed: departs(found, left) }
  }

  /** The items that no receipt answers. An edit belongs to one document; one that names another is no repeat. */
  private async unanswered(items: readonly PushItem[]): Promise<readonly PushItem[]> {
    const edits = items.map(({ edit }) => edit)
    const receipts = await this.tx.receipts(this.actor.deviceId, edits)
    for (const receipt of receipts) this.answers.set(editOf(receipt), answerOf(receipt))
    const owners = new Map(receipts.map((receipt) => [receipt.edit, editOf(receipt)]))
    return items.filter((item) => {
      const owner = owners.get(item.edit)
      owners.set(item.edit, owner ?? editOf(item))
      if (owner !== undefined && owner !== editOf(item)) this.answers.set(editOf(item), reused)
      return owner === undefined
    })
  }

  /** Reads one item; what can't be read is refused on the spot. */
  private read(item: PushItem): ReadItem[] {
    const module = moduleOfKind(item.collection, item.doc.kind)
    if (item.author !== this.actor.userId) return this.refuse(item, 'access.forbidden')
    if (module === undefined || module.residence === 'server-only')
      return this.refuse(item, 'sync.unknown-kind')
    // "Not on this device" is the replica's own business: it never deletes anything here.
    const parsed = viewSchema(module).safeParse(withoutDeletion(item.doc))
    if (!parsed.success) return this.refuse(item, 'sync.invalid', faultyField(parsed.error))
    if (parsed.data.id !== item.id) return this.refuse(item, 'sync.invalid', 'id')
    return [{ item, module, view: parsed.data, refers: module.refers(parsed.data) }]
  }

  /** What was taken away for good is not made anew by a device that still has it. */
  private async findErased(): Promise<void> {
    const known = latestByDocument(this.found)
    const missing = this.refs.filter((ref) => !known.has(ref))
    for (const [collection, own] of Map.groupBy(missing, (ref) => ref.collection)) {
      const ids = await this.tx.erased(
        collection,
        own.map(({ id }) => id),
      )
      for (const id of ids) this.erased.set({ collection, id }, true)
    }
  }

  private async one({ item, module, view, refers }: ReadItem): Promise<void> {
    if (this.erased.has(item)) {
      this.refuse(item, 'sync.erased')
      return
    }
    const [current = null] = await this.tx.load([refOf(item)])
    const parents = await this.tx.look(refers)
    const teamsOf = await teamsFor(this.tx, [current?.body.doc, view])
    const base = await this.base(item, current)
    const { rev, edit } = item
    const decision = this.decided(() =>
      decidePush({
        module,
        view,
        rev,
        edit,
        current,
        base,
        fromAnotherLife: this.isOfAnotherLife(rev),
        unsure: item.unsure === true && base !== current?.body.doc,
        actor: this.actor,
        now: this.parts.now,
        asks: (field, value) =>
          current === null ? null : this.parts.follower.asks(module, current.body, field, value),
        beyondReach: beyondReachAmong(parents),
        teamsOf,
        parent: (reference) => standingOf(this.viewer, documentAmong(parents, reference)),
      }),
    )
    if ('body' in decision && !this.before.has(item)) this.before.set(item, current?.body ?? null)
    this.write(item, decision, await this.files(module, current, decision))
    if (decision.outcome !== 'applied' && decision.outcome !== 'merged') return
    const { subject, userId } = this.actor
    const { body: after } = decision
    const merger = { orgId: subject.orgId, by: userId, cause: edit, stamp: after.doc.updated }
    const step = { before: current?.body ?? null, after }
    await followMerges(this.tx, merger, refOf(item), step)
    await teamsWritten(this.tx, refOf(item), step)
  }

  /** Several edits of one document are one step. */
  private async written(items: readonly PushItem[]): Promise<readonly Written[]> {
    const refs = items.map(refOf).filter((ref) => this.before.has(ref))
    if (refs.length === 0) return []
    return (await this.tx.load(refs)).map(({ collection, id, body }): Written => {
      const ref = { collection, id }
      return { ...ref, before: this.before.get(ref) ?? null, after: body }
    })
  }

  private async tellFollower(items: readonly PushItem[], written: readonly Written[]): Promise<void> {
    if (written.length === 0) return
    const cause = `${this.actor.deviceId}/${items.map(({ edit }) => edit).join()}`
    await this.parts.follower.written(this.tx, written, cause, this.parts.now)
  }

  /** A fault in a rule refuses its item only: thrown, it would hold up everything the device ever pushes again. */
  private decided(decide: () => Decision): Decision {
    try {
      const decision = decide()
      return 'body' in decision && this.abroad(decision.body.doc) ? refused('sync.foreign-region') : decision
    } catch (fault) {
      this.parts.onFault(fault)
      return { outcome: 'refused', code: codeOf(fault) }
    }
  }

  private get viewer(): Pick<Viewer, 'subject' | 'at'> {
    return { subject: this.actor.subject, at: this.parts.now }
  }

  /** What the author started from: what this device pushed last on the same rev, else what the rev names. */
  private async base(item: PushItem, current: StoredDocument | null): Promise<Base> {
    const shadow = this.shadows.get(item)
    if (item.unsure !== true && shadow?.rev === item.rev)
      return shadow.state === null ? 'unknown' : (shadow.state as Readonly<Record<string, unknown>>)
    if (item.rev === '') return 'none'
    const rev = parseRev(item.rev)
    if (rev === null || this.isOfAnotherLife(item.rev) || current === null) return 'unknown'
    // The number 0 is no state: neither that of a rev, nor of what was staged in this transaction.
    if (rev.seq === current.seq && rev.seq > 0) return current.body.doc
    return (await this.tx.revision(refOf(item), rev.seq))?.doc ?? 'unknown'
  }

  private isOfAnotherLife(rev: string): boolean {
    const parsed = parseRev(rev)
    return parsed !== null && parsed.incarnation !== this.parts.incarnation
  }

  private async files(
    module: AnyModule,
    current: StoredDocument | null,
    decision: Decision,
  ): Promise<readonly BlobLink[] | undefined> {
    if (decision.outcome !== 'applied' && decision.outcome !== 'merged') return undefined
    const { deviceId, subject } = this.actor
    return linksOfPush(this.tx, { deviceId, subject, at: this.parts.now }, { module, current, ...decision })
  }

  private write(item: PushItem, decision: Decision, files: readonly BlobLink[] | undefined): void {
    if (decision.outcome === 'refused') {
      this.refuse(item, decision.code, decision.field)
      return
    }
    const { deviceId } = this.actor
    const ref = refOf(item)
    if (decision.outcome !== 'unchanged') {
      const { body } = decision
      this.tx.stage({ type: 'document', ...ref, body, identifiers: identifiersOf(body.doc), files })
      for (const entry of decision.conflicts)
        this.tx.stage({ type: 'conflict', ...ref, edit: item.edit, entry })
    }
    const shadow: Shadow = { ...ref, deviceId, edit: item.edit, rev: item.rev, state: item.doc as Json }
    this.shadows.set(item, shadow)
    // What is stored as it was pushed need not be kept twice.
    const storedAs = decision.outcome === 'applied' ? decision.body : undefined
    this.tx.stage({ type: 'shadow', ...shadow, storedAs })
    this.answer(item, { outcome: decision.outcome })
  }

  private refuse(item: PushItem, code: ErrorCode, field?: string): [] {
    this.answer(item, { outcome: 'refused', code, ...(field === undefined ? {} : { field }) })
    return []
  }

  private answer(item: PushItem, answer: Answered): void {
    this.answers.set(editOf(item), answer)
    this.tx.stage({
      type: 'receipt',
      ...refOf(item),
      deviceId: this.actor.deviceId,
      edit: item.edit,
      ...answer,
    })
  }

  private audit(items: readonly PushItem[], written: readonly Written[]): void {
    for (const [collection, rows] of Map.groupBy(items, (item) => item.collection)) {
      const outcomes = rows.map((item) => this.answers.get(editOf(item))?.outcome ?? 'refused')
      this.tx.stage({
        type: 'audit',
        at: this.parts.now,
        actor: this.actor.userId,
        deviceId: this.actor.deviceId,
        address: this.actor.address,
        action: 'push',
        collection,
        ids: rows.map(({ id }) => id),
        ...changesIn(written.filter((one) => one.collection === collection)),
        facts: Object.fromEntries(
          [...Map.groupBy(outcomes, (outcome) => outcome)].map(([outcome, all]) => [outcome, all.length]),
        ),
      })
    }
  }
}

/** An edit of a document, as a key of maps. */
export function editOf(item: Pick<Receipt, 'collection' | 'id' | 'edit'>): string {
  return `${keyOf(item)}/${item.edit}`
}

function departs(before: readonly StoredDocument[], after: readonly StoredDocument[]): boolean {
  if (before.length === 0) return false
  const now = latestByDocument(after)
  return before.some((state) => state.scopes.some((scope) => now.get(state)?.scopes.includes(scope) !== true))
}

function withoutDeletion(doc: PushItem['doc']): object {
  if (!('_deleted' in doc)) return doc
  const { _deleted: _, ...rest } = doc
  return rest
}

function answerOf({ outcome, code, field }: Receipt): Answered {
  return { outcome, ...(code === undefined ? {} : { code }), ...(field === undefined ? {} : { field }) }
}

export function refOf({ collection, id }: { readonly collection: CollectionName; readonly id: Id }) {
  return { collection, id }
}

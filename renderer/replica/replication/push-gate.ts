import { AppError } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { PUSH_LIMIT, pushItemSchema } from '#app/protocol/index.ts'
import type { PushItem, PushResult, ViewOrTombstone } from '#app/protocol/index.ts'
import { isUnstored, viewOf } from '../database/stored-document.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import { planPush } from './push-plan.ts'
import type { Pending, PlanView } from './push-plan.ts'

/** What became of one edit: the server's word, or this device's own where a document that it refers to was refused. */
export type PushAnswer = Pick<PushResult, 'outcome' | 'code' | 'field' | 'view'>

type GateOptions = Pick<PlanView, 'refers' | 'find'> & {
  /** Throws for transport only. */
  readonly send: (items: readonly PushItem[]) => Promise<readonly PushResult[]>
  /** The server's view of a document as it is now. */
  readonly fetch: (collection: CollectionName, id: Id) => Promise<ViewOrTombstone>
  readonly authorOf: (document: StoredDocument) => Id
}

type Waiting = { readonly pending: Pending } & PromiseWithResolvers<PushAnswer>

/**
 * The one way by which edits leave this device. The handlers of all collections submit here; what is submitted in one
 * turn goes out at once, and what comes while that is under way shares the next request, parents before children
 * (push-plan.ts). A failed request fails everything that waits: RxDB submits it again, and the server's receipts make a
 * repeated item harmless.
 */
export class PushGate {
  readonly #options: GateOptions
  readonly #waiting = new Map<string, Waiting>()
  /** Answers whose views have not reached their documents, by edit. */
  readonly #answered = new Map<string, PushAnswer & { readonly pending: Pending }>()
  #limit = PUSH_LIMIT
  #running = false
  #stopped: AppError | undefined

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** One answer for each document, in order. Throws for transport only. */
  submit(collection: CollectionName, documents: readonly StoredDocument[]): Promise<PushAnswer[]> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped)
    const answers = documents.map((document) => this.#enter({ collection, document }))
    if (!this.#running) void this.#run()
    return Promise.all(answers)
  }

  /**
   * The line to the server was lost, or is there again: behind it may be another life of the data, to which the answers of the
   * one before say nothing. Whoever was answered, and not handed over since, is sent again.
   */
  forgetAnswers(): void {
    this.#answered.clear()
  }

  stop(): void {
    this.#stopped = new AppError('replica.locked')
    this.#failAll(this.#stopped)
  }

  #enter(pending: Pending): Promise<PushAnswer> {
    const { edit } = pending.document
    const answered = this.#answered.get(edit)
    if (answered !== undefined) return Promise.resolve(answered)
    const waiting = this.#waiting.get(edit) ?? { pending, ...Promise.withResolvers<PushAnswer>() }
    this.#waiting.set(edit, waiting)
    return waiting.promise
  }

  async #run(): Promise<void> {
    this.#running = true
    try {
      // Not before all that is submitted now is here.
      await Promise.resolve()
      while (this.#waiting.size > 0) await this.#step()
    } catch (failure) {
      this.#failAll(failure)
    } finally {
      this.#running = false
    }
  }

  async #step(): Promise<void> {
    this.#forgetLanded()
    const waiting = [...this.#waiting.values()].map((entry) => entry.pending)
    const { batch, refused } = planPush(
      waiting,
      { ...this.#options, replied: (edit) => this.#replied(edit) },
      this.#limit,
    )
    for (const pending of refused) await this.#refuse(pending, 'sync.parent-refused')
    if (batch.length > 0) await this.#send(batch)
  }

  async #send(batch: readonly Pending[]): Promise<void> {
    const sound: Pending[] = []
    for (const pending of batch) {
      if (pushItemSchema.safeParse(this.#itemOf(pending)).success) sound.push(pending)
      else await this.#refuse(pending, 'sync.invalid')
    }
    if (sound.length === 0) return
    try {
      const results = await this.#options.send(sound.map((pending) => this.#itemOf(pending)))
      sound.forEach((pending, index) => this.#settle(pending, resultFor(pending, results[index])))
    } catch (failure) {
      await this.#tooLarge(sound, failure)
    }
  }

  /** A request that the server finds too large is sent again in halves; a single document that is, is refused. */
  async #tooLarge(batch: readonly Pending[], failure: unknown): Promise<void> {
    const tooLarge = failure instanceof AppError && failure.code === 'request.too-large'
    const [only, ...others] = batch
    if (!tooLarge || only === undefined) throw failure
    if (others.length === 0) await this.#refuse(only, 'request.too-large')
    else this.#limit = Math.ceil(batch.length / 2)
  }

  #itemOf({ collection, document }: Pending): PushItem {
    const { id, rev, edit } = document
    const doc = viewOf(document)
    const item = { collection, id, rev, edit, author: this.#options.authorOf(document), doc }
    // RxDB may have handed the document over before it was marked.
    const held = this.#options.find(collection, id)
    return held?.localEdit?.unsure === true ? { ...item, unsure: true } : item
  }

  async #refuse(pending: Pending, code: PushAnswer['code']): Promise<void> {
    const { id, rev } = pending.document
    const view: ViewOrTombstone = isUnstored(rev)
      ? { id, rev: '', _deleted: true }
      : await this.#options.fetch(pending.collection, id)
    this.#settle(pending, { outcome: 'refused', code, view })
  }

  #settle(pending: Pending, answer: PushAnswer): void {
    const { edit } = pending.document
    this.#answered.set(edit, { ...answer, pending })
    this.#waiting.get(edit)?.resolve(answer)
    this.#waiting.delete(edit)
  }

  #replied(edit: string): ReturnType<PlanView['replied']> {
    const answer = this.#answered.get(edit)
    if (answer === undefined) return 'unanswered'
    return answer.outcome === 'refused' ? 'refused' : 'stored'
  }

  /** An answer is remembered until the document itself shows it. */
  #forgetLanded(): void {
    for (const [edit, { pending }] of this.#answered) {
      if (this.#options.find(pending.collection, pending.document.id)?.edit !== edit)
        this.#answered.delete(edit)
    }
  }

  #failAll(failure: unknown): void {
    for (const entry of this.#waiting.values()) entry.reject(failure)
    this.#waiting.clear()
    this.forgetAnswers()
  }
}

function resultFor({ document }: Pending, result: PushResult | undefined): PushAnswer {
  if (result === undefined || result.id !== document.id || result.edit !== document.edit) {
    throw new AppError('network.unreachable', { route: 'push', why: 'answer' })
  }
  return result
}

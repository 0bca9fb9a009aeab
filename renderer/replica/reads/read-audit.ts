import { z } from 'zod'
import { AppError, instant } from '#app/kernel/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import {
  chainHeadSchema,
  READ_BATCHES_LIMIT,
  readBatchHash,
  readBatchSchema,
  termOf,
} from '#app/protocol/index.ts'
import type { ReadBatch, ReadEntry, ReadsAnswer, ReadsRequest } from '#app/protocol/index.ts'
import type { NotedRead } from '../contract.ts'
import type { Environment } from '../environment.ts'
import type { RecordLog } from '../storage/index.ts'
import { Gather } from './gather.ts'

// The device's own record of what was looked at: gathered in memory, written every few seconds as the next batch of a
// chain, sealed like everything else, and sent when there is a server. It waits for nothing and nobody waits for it.

type Parts = {
  /** Of JSON. */
  readonly log: RecordLog<string>
  readonly deviceId: Id
  readonly user: () => Id
  readonly environment: Pick<Environment, 'wait'> & { readonly clock: Clock }
  readonly send: (request: ReadsRequest) => Promise<ReadsAnswer>
  /** The server's audit is not what it was when this device was there last. */
  readonly onRewritten: (problem: AppError) => void
}

/** How long looks are gathered before they are written, in milliseconds. */
const GATHER = 4000

const STATE = 'state'
const stateSchema = z.strictObject({
  /** The last batch that the server has taken in. */
  number: z.int().nonnegative(),
  hash: z.string(),
  /** The end of the server's audit then. */
  known: chainHeadSchema.nullable(),
  clock: readBatchSchema.shape.clock,
  termKey: z.string().nullable(),
})
type State = z.infer<typeof stateSchema>
const nothingSent: State = { number: 0, hash: '', known: null, clock: null, termKey: null }

export class ReadAudit {
  readonly #parts: Parts
  readonly #gather = new Gather()
  readonly #ended = new AbortController()
  #state: State
  /** Written and not yet taken in, in their order. */
  #unsent: readonly ReadBatch[]
  #isGathering = false
  /** The server was here since this opening: it is asked again only for a reason. */
  #met = false
  #sending: Promise<void> | null = null

  constructor(parts: Parts) {
    this.#parts = parts
    this.#state = stateSchema.safeParse(parsed(parts.log.get(STATE))).data ?? nothingSent
    const kept = [...parts.log.entries().values()].flatMap(
      (value) => readBatchSchema.safeParse(parsed(value)).data ?? [],
    )
    // A batch that was sent, and could not be taken off the disk in time.
    this.#unsent = kept
      .filter(({ number }) => number > this.#state.number)
      .toSorted((a, b) => a.number - b.number)
  }

  /** Cheap: nothing is written before a pause. */
  note(read: NotedRead): void {
    if (this.#ended.signal.aborted) return
    const { termKey } = this.#state
    const term = read.text === undefined || termKey === null ? undefined : termOf(termKey, read.text)
    this.#gather.add(read, instant(this.#parts.environment.clock), term)
    if (!this.#isGathering) void this.#writeAfterPause()
  }

  /** On the disk when it resolves: for what may be seen only once that it was seen is kept. Throws `replica.write-failed`. */
  async noteFirst(...reads: readonly NotedRead[]): Promise<void> {
    if (this.#ended.signal.aborted) throw new AppError('replica.locked')
    for (const read of reads) this.#gather.add(read, instant(this.#parts.environment.clock), undefined)
    await Promise.all(this.#putGathered('strict'))
    void this.send()
  }

  /** Sends what is written; called when there is a server. One call at a time, and none that fails is told. */
  async send(): Promise<void> {
    if (this.#met && this.#unsent.length === 0) return
    this.#sending ??= this.#sendAll()
      .catch(() => undefined)
      .finally(() => {
        this.#sending = null
      })
    return this.#sending
  }

  /** Writes what is gathered. Nothing is noted any more. */
  async close(): Promise<void> {
    this.#ended.abort()
    await this.#write()
  }

  async #writeAfterPause(): Promise<void> {
    this.#isGathering = true
    await this.#parts.environment.wait(GATHER, this.#ended.signal)
    this.#isGathering = false
    if (this.#ended.signal.aborted) return
    await this.#write()
    await this.send()
  }

  /** A disk that fails stops the replica by itself; here there is nothing to be done about it. */
  async #write(): Promise<void> {
    await Promise.all(this.#putGathered('relaxed')).catch(() => undefined)
  }

  #putGathered(durability: 'strict' | 'relaxed'): readonly Promise<void>[] {
    const batches = this.#gather.take().map((entries) => this.#next(entries))
    return batches.map((batch) => this.#parts.log.put(keyOf(batch), JSON.stringify(batch), durability))
  }

  #next(entries: readonly ReadEntry[]): ReadBatch {
    const { deviceId, user } = this.#parts
    const last = this.#unsent.at(-1) ?? this.#state
    const content = {
      number: last.number + 1,
      previous: last.hash,
      user: user(),
      clock: this.#state.clock,
      entries: [...entries],
    }
    const batch = { ...content, hash: readBatchHash(deviceId, content) }
    this.#unsent = [...this.#unsent, batch]
    return batch
  }

  async #sendAll(): Promise<void> {
    do {
      const batches = this.#unsent.slice(0, READ_BATCHES_LIMIT)
      const { known } = this.#state
      const answer = await this.#parts.send({ batches, known })
      if (known !== null && answer.known !== known.hash)
        this.#parts.onRewritten(new AppError('audit.rewritten'))
      await this.#sent(batches, answer)
      this.#met = true
    } while (this.#unsent.length > 0)
  }

  async #sent(batches: readonly ReadBatch[], answer: ReadsAnswer): Promise<void> {
    const { log, environment } = this.#parts
    const { number, hash } = batches.at(-1) ?? this.#state
    const offset = Math.round(Date.parse(answer.at) - environment.clock.now())
    const { head: known, termKey } = answer
    this.#state = { number, hash, known, clock: { server: answer.at, offset }, termKey }
    this.#unsent = this.#unsent.slice(batches.length)
    await log.put(STATE, JSON.stringify(this.#state), 'relaxed')
    await Promise.all(batches.map((batch) => log.remove(keyOf(batch), 'relaxed')))
  }
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text)
}

function keyOf({ number }: ReadBatch): string {
  return `batch/${number}`
}

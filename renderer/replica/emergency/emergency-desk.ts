import { mayBreakGlass } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { AppError, codeOf, instant } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { setOpeningSchema } from '#app/protocol/index.ts'
import type { EmergencySetAnswer, EmergencySetRequest } from '#app/protocol/index.ts'
import type { KeptEmergencyRequest } from '../contract.ts'
import type { Environment } from '../environment.ts'
import type { ReadAudit } from '../reads/read-audit.ts'
import { counted } from '../unlock/unlock-attempts.ts'
import type { Failures } from '../unlock/unlock-attempts.ts'
import type { KeptSet, SetKey } from './kept-set.ts'
import { OpenedSet } from './opened-set.ts'

type Parts = {
  readonly kept: KeptSet
  readonly reads: Pick<ReadAudit, 'note' | 'noteFirst'>
  readonly environment: Pick<Environment, 'clock' | 'wait' | 'newId'>
  readonly subject: () => Subject
  readonly patientOf: (id: Id) => AnyDocument | null
  /** Throws `replica.lease` where this copy was not in contact for too long. */
  readonly insistOnLease: () => Promise<void>
  readonly ask: (request: EmergencySetRequest) => Promise<EmergencySetAnswer>
}

/** How long what was opened stays open, in milliseconds: as long as at the server. */
const LASTS = 60 * 60_000
/** How often the server is asked whether the set is still the one. */
const EVERY = 15 * 60_000
/** Another set, its receipt, and one that came meanwhile. */
const MOST_ROUNDS = 4

/** Keeps the emergency set as new as the server's, and opens it for who says why and has the passphrase. */
export class EmergencyDesk {
  readonly #parts: Parts
  #opened: OpenedSet | null = null
  #failures: Failures | undefined
  #asked: { readonly at: number; readonly grants: string } | null = null
  #refreshing: Promise<void> | null = null
  #isClosed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Called when the server has answered everything else. What fails is asked with the next call. */
  async refresh(): Promise<void> {
    if (this.#isClosed || !this.#isDue()) return
    this.#refreshing ??= this.#renew()
      .catch(() => {
        this.#asked = null
      })
      .finally(() => {
        this.#refreshing = null
      })
    return this.#refreshing
  }

  async open({ passphrase, ...why }: KeptEmergencyRequest): Promise<OpenedSet> {
    const { kept, reads, environment, subject, patientOf, insistOnLease } = this.#parts
    const { clock } = environment
    const until = new Date(clock.now() + LASTS).toISOString()
    const opening = setOpeningSchema.safeParse({ ...why, until })
    if (!opening.success) throw new AppError('request.invalid', { place: 'words' })
    if (this.#isClosed) throw new AppError('replica.locked')
    if (!mayBreakGlass(subject(), instant(clock))) throw new AppError('access.forbidden')
    await insistOnLease()
    const unlocked = await counted(
      { failures: this.#failures, clock, keep: (next) => this.#count(next) },
      () => kept.unlock(passphrase),
    ).catch((failure: unknown) => this.#withdrawn(failure))
    const key: SetKey = {
      index: () => unlocked.index().catch((failure: unknown) => this.#withdrawn(failure)),
      records: (at) => unlocked.records(at).catch((failure: unknown) => this.#doubted(failure)),
    }
    this.#opened?.end()
    const id = environment.newId()
    // On the disk, in the device's chain, before the first byte of the set is opened.
    await reads.noteFirst({ did: 'break-glass', emergency: id, opening: opening.data })
    const index = await key.index()
    if (this.#isClosed) throw new AppError('replica.locked')
    this.#opened = new OpenedSet({ id, until, key, index, environment, reads, subject, patientOf })
    return this.#opened
  }

  /** Before the reads are closed: that it is over is one of them. Waits for no server. */
  close(): void {
    this.#isClosed = true
    this.#opened?.end()
    this.#parts.kept.close()
  }

  #isDue(): boolean {
    const { kept, environment, subject } = this.#parts
    const now = environment.clock.now()
    if (this.#opened !== null && this.#opened.left() > 0) return false
    if (kept.held() === null && !mayBreakGlass(subject(), instant(environment.clock))) return false
    const passed = this.#asked === null ? EVERY : now - this.#asked.at
    return passed >= EVERY || passed < 0 || this.#asked?.grants !== this.#grants()
  }

  /** The question after an answer is its receipt. */
  async #renew(): Promise<void> {
    const { kept, ask, environment } = this.#parts
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const held = kept.held()
      const answer = await ask({ held })
      if (this.#isClosed) return
      if (answer.state === 'another') await kept.keep(answer.set)
      if (answer.state === 'none') await kept.forget()
      if (kept.held() === held) break
    }
    this.#asked = { at: environment.clock.now(), grants: this.#grants() }
  }

  #grants(): string {
    return JSON.stringify(this.#parts.subject().grants)
  }

  async #count(next: Failures | undefined): Promise<void> {
    this.#failures = next
  }

  /** One patient's records do not open; without a network the others' are worth the more. */
  #doubted(failure: unknown): never {
    if (codeOf(failure) === 'emergency.damaged') {
      this.#parts.kept.doubt()
      this.#asked = null
    }
    throw failure
  }

  /** What does not open any more is asked for anew. */
  async #withdrawn(failure: unknown): Promise<never> {
    if (codeOf(failure) === 'emergency.damaged') {
      await this.#parts.kept.forget()
      this.#asked = null
    }
    throw failure
  }
}

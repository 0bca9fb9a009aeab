import { BehaviorSubject, filter } from 'rxjs'
import type { Observable, Subscription } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { RotationStatus } from './contract.ts'
import type { ReplicaKeys } from './keys/index.ts'
import { MOST_SEALS } from './storage/index.ts'
import type { EncryptedStorage } from './storage/index.ts'

type KeyRotationOptions = {
  readonly keys: ReplicaKeys
  readonly storage: Pick<EncryptedStorage, 'reseal' | 'seals$'>
  /** After so many seals a data key is replaced without being asked to. */
  readonly mostSeals?: number
}

const idle: RotationStatus = { phase: 'idle' }

/**
 * Replaces the data key: the new one counts at once, the old pages are written again behind it, and the old key goes
 * when nothing on the disk needs it. Killed anywhere in between, the record holds the keys of all pages that there
 * are, and the next start goes on.
 */
export class KeyRotation {
  readonly #options: KeyRotationOptions
  readonly #status = new BehaviorSubject<RotationStatus>(idle)
  readonly #ended = new AbortController()
  #worn: Subscription | undefined
  #work: Promise<void> | undefined

  constructor(options: KeyRotationOptions) {
    this.#options = options
  }

  get status$(): Observable<RotationStatus> {
    return this.#status.asObservable()
  }

  /** Goes on where an earlier start was cut short, and from then on sees to it that no key seals too often. */
  start(): void {
    const { keys, storage, mostSeals = MOST_SEALS } = this.#options
    // A failure is told by the storage, which stops; the next start tries again.
    if (keys.ring.epochs().length > 1) this.#begin(() => this.#rewrite('key')).catch(() => undefined)
    this.#worn = storage.seals$.pipe(filter((count) => count >= mostSeals)).subscribe(() => {
      this.rotate().catch(() => undefined)
    })
  }

  /** Resolves when every page lies under the new key. A second call joins the first. */
  rotate(): Promise<void> {
    return this.#begin(async () => {
      await this.#options.keys.addEpoch()
      await this.#rewrite('key')
    })
  }

  /** Writes again what an older version of Rounds wrote. A rotation under way does that, too: then this joins it. */
  bringUpToDate(): Promise<void> {
    return this.#begin(() => this.#rewrite('version'))
  }

  /** Ends after the commit under way. */
  async stop(): Promise<void> {
    this.#worn?.unsubscribe()
    this.#ended.abort(new AppError('replica.locked'))
    await this.#work?.catch(() => undefined)
    this.#status.complete()
  }

  #begin(work: () => Promise<void>): Promise<void> {
    if (this.#ended.signal.aborted) return Promise.reject(new AppError('replica.locked'))
    this.#work ??= work().finally(() => {
      this.#work = undefined
      this.#status.next(idle)
    })
    return this.#work
  }

  async #rewrite(why: 'key' | 'version'): Promise<void> {
    const { keys, storage } = this.#options
    const { epoch } = keys.ring
    const onDisk = await storage.reseal({
      signal: this.#ended.signal,
      onProgress: (progress) => this.#status.next({ phase: 'rewriting', why, epoch, ...progress }),
    })
    await keys.dropEpochs(keys.ring.epochs().filter((old) => old < epoch && !onDisk.has(old)))
  }
}

import type { ReplicaHead, ReplicaPlace } from '#app/protocol/index.ts'
import { OPENINGS_LIMIT } from '#app/protocol/index.ts'
import type { Settings } from '../identity.ts'
import type { EncryptedStorage } from '../storage/index.ts'

/**
 * What this copy can say of its own history: each opening draws a number at random and notes its first commit. A profile
 * that was put back, or is used beside this one, draws others; by that the server tells them apart.
 */
export class Lineage {
  readonly #opening = randomMark()
  readonly #storage: Pick<EncryptedStorage, 'commits'>
  readonly #settings: Settings
  readonly #kept: Promise<void>
  #openings: ReplicaHead['openings']

  /** Notes this opening on the disk; nothing is said of it before it is there. */
  constructor(storage: Pick<EncryptedStorage, 'commits'>, settings: Settings) {
    this.#storage = storage
    this.#settings = settings
    const mine = { opening: this.#opening, from: storage.commits().opened + 1 }
    this.#openings = [...settings.openings(), mine].slice(-OPENINGS_LIMIT)
    this.#kept = settings.keepOpenings(this.#openings)
    // A disk that fails stops the replica by itself; whoever asks for the head hears of it, too.
    this.#kept.catch(() => undefined)
  }

  async head(): Promise<ReplicaHead> {
    await this.#kept
    return { commit: this.#storage.commits().durable, openings: this.#openings }
  }

  async place(): Promise<ReplicaPlace> {
    await this.#kept
    return { commit: this.#storage.commits().durable, opening: this.#opening }
  }

  /** The server has taken down where this opening stands: the ones before it need not be told any more. */
  met(): void {
    if (this.#openings.length === 1) return
    this.#openings = this.#openings.slice(-1)
    // Not kept, they are told once more the next time.
    this.#settings.keepOpenings(this.#openings).catch(() => undefined)
  }
}

function randomMark(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

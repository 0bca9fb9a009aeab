import { asyncScheduler, BehaviorSubject, throttleTime } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Traffic } from '../contract.ts'

/** How often at most it is told, in milliseconds. */
const AS_OFTEN = 500

/**
 * What went to the server and came from it since the replica was opened: the bytes of what was said, before they are
 * compressed on the way, without headers.
 */
export class TrafficMeter {
  readonly #traffic = new BehaviorSubject<Traffic>({ sent: 0, received: 0 })
  readonly traffic$: Observable<Traffic> = this.#traffic.pipe(
    throttleTime(AS_OFTEN, asyncScheduler, { leading: true, trailing: true }),
  )

  sent(bytes: number): void {
    const { sent, received } = this.#traffic.value
    this.#traffic.next({ sent: sent + bytes, received })
  }

  received(bytes: number): void {
    const { sent, received } = this.#traffic.value
    this.#traffic.next({ sent, received: received + bytes })
  }

  /** The same stream, counted as it is read. */
  counted(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    return stream.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, out) => {
          this.received(chunk.length)
          out.enqueue(chunk)
        },
      }),
    )
  }

  close(): void {
    this.#traffic.complete()
  }
}

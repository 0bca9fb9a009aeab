import type { HostBridge } from '#app/host/index.ts'
import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { sessionProof } from '#app/protocol/index.ts'
import type { BlobRead, BlobState, ReplicaHead, RouteName, Session } from '#app/protocol/index.ts'
import type { AnswerOf, RequestOf, Transport } from './transport.ts'

/** The part of the machine that proves who this device is. */
export type Signer = { sign(text: string): Promise<string> }

export function hostSigner(host: HostBridge, replicaId: Id): Signer {
  return { sign: async (text) => (await host.call('sign', { replicaId, text })).signature }
}

/** A session for a device that proves itself: needs its key, and nothing of what the replica holds. */
export async function openSession(input: {
  readonly transport: Transport
  readonly deviceId: Id
  readonly signer: Signer
  readonly signal?: AbortSignal
  /** Absent while the copy is not open. */
  readonly head?: (() => Promise<ReplicaHead>) | undefined
}): Promise<Session> {
  const { transport, deviceId, signer } = input
  const options = input.signal === undefined ? {} : { signal: input.signal }
  const { challenge } = await transport.call('challenge', { deviceId }, options)
  const signature = await signer.sign(sessionProof(deviceId, challenge))
  const head = await input.head?.()
  return transport.call('session', { deviceId, challenge, signature, ...(head && { head }) }, options)
}

type SessionOptions = {
  readonly transport: Transport
  readonly deviceId: Id
  readonly signer: Signer
  /** The session of an enrolment that has just happened. */
  readonly first?: Session | undefined
  readonly head?: (() => Promise<ReplicaHead>) | undefined
  /** Each new session brings the user, the grants and the organisation as they are now. */
  readonly onSession: (session: Session) => Promise<void>
}

/** The authorised calls of one device: a session is opened when one is needed, and renewed once when it has ended. */
export class SessionKeeper {
  readonly #options: SessionOptions
  readonly #ended = new AbortController()
  #token: string | undefined
  #renewal: Promise<string> | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    this.#token = options.first?.token
  }

  call<Route extends RouteName>(route: Route, request: RequestOf<Route>): Promise<AnswerOf<Route>> {
    return this.#authorised((token) =>
      this.#options.transport.call(route, request, { token, signal: this.#ended.signal }),
    )
  }

  sendPart(part: Uint8Array<ArrayBuffer>): Promise<BlobState> {
    const { signal } = this.#ended
    return this.#authorised((token) => this.#options.transport.sendPart(part, { token, signal }))
  }

  readBlob(request: BlobRead, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const either = AbortSignal.any([signal, this.#ended.signal])
    return this.#authorised((token) => this.#options.transport.readBlob(request, { token, signal: either }))
  }

  stream(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const either = AbortSignal.any([signal, this.#ended.signal])
    return this.#authorised((token) => this.#options.transport.stream(token, either))
  }

  /** A new session now: after the server said that grants changed. */
  async renew(): Promise<void> {
    this.#token = undefined
    await this.#open()
  }

  /** Forgets the token; every call under way ends with `replica.locked`. */
  end(): void {
    this.#token = undefined
    this.#ended.abort(new AppError('replica.locked'))
  }

  async #authorised<Answer>(ask: (token: string) => Promise<Answer>): Promise<Answer> {
    const token = this.#token ?? (await this.#open())
    try {
      return await ask(token)
    } catch (failure) {
      if (!(failure instanceof AppError) || failure.code !== 'access.session') throw failure
      if (this.#token === token) this.#token = undefined
      return ask(this.#token ?? (await this.#open()))
    }
  }

  /** All who need a session at once share one renewal. */
  #open(): Promise<string> {
    this.#renewal ??= this.#signIn().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  async #signIn(): Promise<string> {
    if (this.#ended.signal.aborted) throw new AppError('replica.locked')
    const session = await openSession({ ...this.#options, signal: this.#ended.signal })
    await this.#options.onSession(session)
    this.#token = session.token
    return session.token
  }
}

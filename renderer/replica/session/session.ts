import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { sessionProof } from '#app/protocol/index.ts'
import type {
  BeginSignInAnswer,
  BlobRead,
  BlobState,
  EnrolRequest,
  NewDevice,
  ReplicaHead,
  RouteName,
  Session,
  Tokens,
} from '#app/protocol/index.ts'
import type { Signer } from './signer.ts'
import type { AnswerOf, Authorised, RequestOf, Transport } from './transport.ts'

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

/** What an enrolment says, but for what the device has already. */
export type Introducing = WithoutDevice<EnrolRequest> & {
  readonly device: Omit<NewDevice, 'id' | 'publicKey'>
}
type WithoutDevice<Request> = Request extends EnrolRequest ? Omit<Request, 'device'> : never

/** The authorised calls of one device: a session is opened when one is needed, and renewed once when it has ended. */
export class SessionKeeper {
  readonly #options: SessionOptions
  readonly #ended = new AbortController()
  #token: string | undefined
  /** Serves once: taken out of here before it is used. */
  #refreshToken: string | undefined
  #renewal: Promise<string> | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    if (options.first !== undefined) this.#hold(options.first)
  }

  call<Route extends RouteName>(route: Route, request: RequestOf<Route>): Promise<AnswerOf<Route>> {
    return this.#authorised((by) => this.#options.transport.call(route, request, by))
  }

  sendPart(part: Uint8Array<ArrayBuffer>): Promise<BlobState> {
    return this.#authorised((by) => this.#options.transport.sendPart(part, by))
  }

  readBlob(request: BlobRead, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return this.#authorised((by) => this.#options.transport.readBlob(request, by), signal)
  }

  stream(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    return this.#authorised((by) => this.#options.transport.stream(by), signal)
  }

  /** A new session now: after the server said that grants changed. */
  async renew(): Promise<void> {
    this.#forget()
    await this.#open()
  }

  /** By what its person shows, where the server has forgotten this device; then as ever, by its key. */
  async introduce({ device, ...shown }: Introducing): Promise<void> {
    const own = await this.#own(device)
    await this.#options.transport.call('enrol', { ...shown, device: own }, { signal: this.#ended.signal })
    await this.renew()
  }

  /** Its person is to sign in by the browser, and to type the code here. */
  async beginSignIn(device: Introducing['device']): Promise<BeginSignInAnswer> {
    const asked = { device: await this.#own(device) }
    return this.#options.transport.call('beginSignIn', asked, { signal: this.#ended.signal })
  }

  async #own(device: Introducing['device']): Promise<NewDevice> {
    const { deviceId, signer } = this.#options
    return { ...device, id: deviceId, publicKey: await signer.publicKey() }
  }

  /** Forgets the tokens; every call under way ends with `replica.locked`. */
  end(): void {
    this.#forget()
    this.#ended.abort(new AppError('replica.locked'))
  }

  async #authorised<Answer>(ask: (by: Authorised) => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    const token = this.#token ?? (await this.#open())
    try {
      return await ask(this.#by(token, signal))
    } catch (failure) {
      if (!(failure instanceof AppError) || failure.code !== 'access.session') throw failure
      if (this.#token === token) this.#token = undefined
      return ask(this.#by(this.#token ?? (await this.#open()), signal))
    }
  }

  #by(token: string, signal?: AbortSignal): Authorised {
    const ended = this.#ended.signal
    return {
      token,
      signer: this.#options.signer,
      signal: signal === undefined ? ended : AbortSignal.any([signal, ended]),
    }
  }

  /** All who need a session at once share one renewal. */
  #open(): Promise<string> {
    this.#renewal ??= this.#renewed().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  async #renewed(): Promise<string> {
    if (this.#ended.signal.aborted) throw new AppError('replica.locked')
    const refreshToken = this.#refreshToken
    this.#refreshToken = undefined
    const tokens = (await this.#refreshed(refreshToken)) ?? (await this.#signIn())
    this.#hold(tokens)
    return tokens.token
  }

  /** Nothing where the session has ended: the device signs in anew, and is told then what is the matter. */
  async #refreshed(refreshToken: string | undefined): Promise<Tokens | undefined> {
    if (refreshToken === undefined) return undefined
    try {
      return await this.#options.transport.refresh(this.#by(refreshToken))
    } catch (failure) {
      if (!(failure instanceof AppError) || failure.code === 'network.unreachable') throw failure
      return undefined
    }
  }

  async #signIn(): Promise<Tokens> {
    const session = await openSession({ ...this.#options, signal: this.#ended.signal })
    await this.#options.onSession(session)
    return session
  }

  #hold({ token, refreshToken }: Tokens): void {
    this.#token = token
    this.#refreshToken = refreshToken
  }

  #forget(): void {
    this.#token = undefined
    this.#refreshToken = undefined
  }
}

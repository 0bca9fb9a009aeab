import type { z } from 'zod'
import { AppError, isErrorCode } from '#app/kernel/index.ts'
import {
  BLOB_PART_PATH,
  BLOB_READ_PATH,
  blobStateSchema,
  errorAnswerSchema,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  REFRESH_PATH,
  routes,
  STREAM_PATH,
  tokensSchema,
} from '#app/protocol/index.ts'
import type { BlobRead, BlobState, RouteName, Tokens } from '#app/protocol/index.ts'
import type { Environment } from '../environment.ts'
import { createReach } from './reach.ts'
import type { Authority } from './reach.ts'
import { TrafficMeter } from './traffic.ts'

export type RequestOf<Route extends RouteName> = z.input<(typeof routes)[Route]['request']>
export type AnswerOf<Route extends RouteName> = z.output<(typeof routes)[Route]['answer']>

/** One server, spoken to in its protocol. Knows nothing of sessions: the caller hands in token and signer. */
export type Transport = {
  /** Throws AppError: the server's refusal, or `network.unreachable` for anything that is no answer of a Rounds server. */
  call<Route extends RouteName>(
    route: Route,
    request: RequestOf<Route>,
    options?: Partial<Authorised>,
  ): Promise<AnswerOf<Route>>
  /** The next tokens; the refresh token in the place of the token. */
  refresh(by: Authorised): Promise<Tokens>
  /** Brings a part of a file up, as `encodePart` writes it. */
  sendPart(part: Uint8Array<ArrayBuffer>, by: Authorised): Promise<BlobState>
  /** Bytes of a file, as they come; it is for the reader to notice that no more do. */
  readBlob(request: BlobRead, by: Authorised): Promise<ReadableStream<Uint8Array>>
  /** The open live stream; its bytes are server-sent events. */
  stream(by: Authorised): Promise<ReadableStream<Uint8Array>>
}

export type Authorised = Authority & { readonly signal: AbortSignal }

/** A full page over a slow line takes its time; a dead line is found by the stream. */
const CALL_TIMEOUT = 60_000

const json = { 'content-type': 'application/json' }

const decoder = new TextDecoder()

export function createTransport(
  serverUrl: string,
  environment: Pick<Environment, 'fetch'>,
  meter = new TrafficMeter(),
): Transport {
  const reach = createReach(serverUrl, environment, meter)

  return {
    async call(route, request, { token, signer, signal } = {}) {
      const { path, answer } = routes[route]
      const init = { method: 'POST', headers: headers(json), body: JSON.stringify(request) } as const
      const by = token === undefined || signer === undefined ? undefined : { token, signer }
      const response = await reach(path, { ...init, signal: limited(signal) }, by)
      return parsed(answer, await bodyOf(response, meter), route) as AnswerOf<typeof route>
    },

    async refresh(by) {
      const init = { method: 'POST', headers: headers(), signal: limited(by.signal) } as const
      return parsed(tokensSchema, await bodyOf(await reach(REFRESH_PATH, init, by), meter), 'refresh')
    },

    async sendPart(part, by) {
      const sent = headers({ 'content-type': 'application/octet-stream' })
      const init = { method: 'POST', headers: sent, body: part, signal: limited(by.signal) } as const
      return parsed(blobStateSchema, await bodyOf(await reach(BLOB_PART_PATH, init, by), meter), 'part')
    },

    async readBlob(request, by) {
      const init = { method: 'POST', headers: headers(json), body: JSON.stringify(request) } as const
      const { signal } = by
      return streamOf(await reach(BLOB_READ_PATH, { ...init, cache: 'no-store', signal }, by), 'read', meter)
    },

    async stream(by) {
      const sent = headers({ accept: 'text/event-stream' })
      const { signal } = by
      const init = { method: 'GET', headers: sent, cache: 'no-store', signal } as const
      return streamOf(await reach(STREAM_PATH, init, by), 'stream', meter)
    },
  }
}

function limited(signal: AbortSignal | undefined): AbortSignal {
  const limit = AbortSignal.timeout(CALL_TIMEOUT)
  return signal === undefined ? limit : AbortSignal.any([limit, signal])
}

function headers(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { ...more, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }
}

async function bodyOf(response: Response, meter: TrafficMeter): Promise<unknown> {
  const body = await readJson(response, meter)
  if (!response.ok) throw refusalOf(body)
  return body
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown, route: string): z.output<Schema> {
  const answer = schema.safeParse(body)
  if (!answer.success) throw new AppError('network.unreachable', { route, why: 'answer' })
  return answer.data
}

async function streamOf(
  response: Response,
  route: string,
  meter: TrafficMeter,
): Promise<ReadableStream<Uint8Array>> {
  if (!response.ok) throw refusalOf(await readJson(response, meter))
  if (response.body === null) throw new AppError('network.unreachable', { route, why: 'answer' })
  return meter.counted(response.body)
}

async function readJson(response: Response, meter: TrafficMeter): Promise<unknown> {
  try {
    const bytes = await response.arrayBuffer()
    meter.received(bytes.byteLength)
    return JSON.parse(decoder.decode(bytes))
  } catch (cause) {
    throw new AppError('network.unreachable', { status: response.status }, { cause })
  }
}

/** A proxy's page or a stranger's server is no refusal: it only means that ours was not reached. */
function refusalOf(body: unknown): AppError {
  const refusal = errorAnswerSchema.safeParse(body)
  if (!refusal.success) return new AppError('network.unreachable')
  const { code, facts } = refusal.data.error
  return isErrorCode(code) ? new AppError(code, facts) : new AppError('internal', facts)
}

import type { z } from 'zod'
import { AppError, isErrorCode } from '#app/kernel/index.ts'
import {
  BLOB_PART_PATH,
  BLOB_READ_PATH,
  blobStateSchema,
  errorAnswerSchema,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  routes,
  STREAM_PATH,
} from '#app/protocol/index.ts'
import type { BlobRead, BlobState, RouteName } from '#app/protocol/index.ts'
import type { Environment } from '../environment.ts'
import { TrafficMeter } from './traffic.ts'

export type RequestOf<Route extends RouteName> = z.input<(typeof routes)[Route]['request']>
export type AnswerOf<Route extends RouteName> = z.output<(typeof routes)[Route]['answer']>

/** One server, spoken to in its protocol. Knows nothing of sessions: the caller hands in the token. */
export type Transport = {
  /** Throws AppError: the server's refusal, or `network.unreachable` for anything that is no answer of a Rounds server. */
  call<Route extends RouteName>(
    route: Route,
    request: RequestOf<Route>,
    options?: { readonly token?: string; readonly signal?: AbortSignal },
  ): Promise<AnswerOf<Route>>
  /** Brings a part of a file up, as `encodePart` writes it. */
  sendPart(part: Uint8Array<ArrayBuffer>, options: Authorised): Promise<BlobState>
  /** Bytes of a file, as they come; it is for the reader to notice that no more do. */
  readBlob(request: BlobRead, options: Authorised): Promise<ReadableStream<Uint8Array>>
  /** The open live stream; its bytes are server-sent events. */
  stream(token: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
}

type Bytes = Uint8Array<ArrayBuffer>
type Authorised = { readonly token: string; readonly signal: AbortSignal }

/** A full page over a slow line takes its time; a dead line is found by the stream. */
const CALL_TIMEOUT = 60_000

const decoder = new TextDecoder()
const encoder = new TextEncoder()

export function createTransport(
  serverUrl: string,
  environment: Pick<Environment, 'fetch'>,
  meter = new TrafficMeter(),
): Transport {
  return {
    async call(route, request, { token, signal } = {}) {
      const { path, answer } = routes[route]
      const limit = AbortSignal.timeout(CALL_TIMEOUT)
      const response = await reach(path, {
        method: 'POST',
        headers: headers(token, { 'content-type': 'application/json' }),
        body: JSON.stringify(request),
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      })
      const body = await readJson(response, meter)
      if (!response.ok) throw refusalOf(body)
      const parsed = answer.safeParse(body)
      if (!parsed.success) throw new AppError('network.unreachable', { route, why: 'answer' })
      return parsed.data as AnswerOf<typeof route>
    },

    async sendPart(part, { token, signal }) {
      const response = await reach(BLOB_PART_PATH, {
        method: 'POST',
        headers: headers(token, { 'content-type': 'application/octet-stream' }),
        body: part,
        signal: AbortSignal.any([AbortSignal.timeout(CALL_TIMEOUT), signal]),
      })
      const body = await readJson(response, meter)
      if (!response.ok) throw refusalOf(body)
      const parsed = blobStateSchema.safeParse(body)
      if (!parsed.success) throw new AppError('network.unreachable', { route: 'part', why: 'answer' })
      return parsed.data
    },

    async readBlob(request, { token, signal }) {
      const response = await reach(BLOB_READ_PATH, {
        method: 'POST',
        headers: headers(token, { 'content-type': 'application/json' }),
        body: JSON.stringify(request),
        cache: 'no-store',
        signal,
      })
      if (!response.ok) throw refusalOf(await readJson(response, meter))
      if (response.body === null) throw new AppError('network.unreachable', { route: 'read', why: 'answer' })
      return meter.counted(response.body)
    },

    async stream(token, signal) {
      const response = await reach(STREAM_PATH, {
        headers: headers(token, { accept: 'text/event-stream' }),
        cache: 'no-store',
        signal,
      })
      if (!response.ok) throw refusalOf(await readJson(response, meter))
      if (response.body === null)
        throw new AppError('network.unreachable', { route: 'stream', why: 'answer' })
      return meter.counted(response.body)
    },
  }

  async function reach(path: string, init: RequestInit & { body?: string | Bytes }): Promise<Response> {
    meter.sent(lengthOf(init.body))
    try {
      return await environment.fetch(`${serverUrl}${path}`, init)
    } catch (cause) {
      throw new AppError('network.unreachable', {}, { cause })
    }
  }
}

function lengthOf(body: string | Bytes | undefined): number {
  return typeof body === 'string' ? encoder.encode(body).length : (body?.length ?? 0)
}

function headers(token: string | undefined, more: Record<string, string>): Record<string, string> {
  const sent: Record<string, string> = { ...more, [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) }
  if (token !== undefined) sent['authorization'] = `Bearer ${token}`
  return sent
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
  const parsed = errorAnswerSchema.safeParse(body)
  if (!parsed.success) return new AppError('network.unreachable')
  const { code, facts } = parsed.data.error
  return isErrorCode(code) ? new AppError(code, facts) : new AppError('internal', facts)
}

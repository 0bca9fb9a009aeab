import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { ErrorCode } from '#app/kernel/index.ts'
import { AppError, catalogue } from '#app/kernel/index.ts'
import type { ErrorAnswer } from '#app/protocol/index.ts'
import type { Refusals, Refused } from '../audit/index.ts'
import type { Logger } from '../log.ts'
import { answerFor, faultOf } from './errors.ts'
import { alwaysHeaders } from './headers.ts'

// Requests that are refused before a call is reached: they fit nothing, are too large, too slow, or ask where they may not. What a
// call refuses is written down by the call.

export type RefusedRequests = { readonly refusals: Refusals; readonly log: Logger }

const turnedAway: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'request.invalid',
  'request.misdirected',
  'request.too-large',
  'request.too-slow',
  'fhir.token',
  'fhir.client',
])

/** Writes down what was thrown of a request, if it was turned away. `actor`: null for nobody who is known. */
export async function noteRefused(
  { refusals, log }: RefusedRequests,
  thrown: unknown,
  request: FastifyRequest,
  who: Pick<Refused, 'actor' | 'deviceId'>,
): Promise<void> {
  const { code, facts } = answerFor(thrown, 0)
  if (!turnedAway.has(code) || isCutOff(request)) return
  const { place } = facts
  await written(
    { refusals, log },
    {
      ...who,
      code,
      asked: request.routeOptions.url ?? 'nowhere',
      address: request.ip,
      place: typeof place === 'string' ? place : undefined,
    },
  )
}

function isCutOff({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete
}

/** The refusal stands, whether or not it could be written down. */
async function written({ refusals, log }: RefusedRequests, refused: Refused): Promise<void> {
  await refusals(refused).catch((fault: unknown) =>
    log.error({ fault: faultOf(fault) }, 'a refusal was not written down'),
  )
}

/** Addresses that lead out of a folder, in whatever way they say so; none of ours does. Throws `request.invalid`. */
export function insistOnPlainPath(url: string): void {
  const path = decoded(url.split('?')[0] ?? '')
  const leadsOut = path === null || path.split(/[/\\]/).includes('..') || path.includes('\0')
  if (leadsOut) throw new AppError('request.invalid', { place: 'path' })
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

/** What Node's parser refuses, or no longer waits for: there is no request yet, and the answer is written by hand. */
export function answerUnread(
  parts: RefusedRequests,
  { encrypted }: { readonly encrypted: boolean },
): (fault: NodeJS.ErrnoException, socket: Socket) => void {
  return (fault, socket) => {
    if (socket.destroyed) return
    if (cutOff.has(fault.code)) return void socket.destroy()
    const error = unread(fault.code)
    const { code } = error
    const address = socket.remoteAddress
    void written(parts, { code, asked: 'unread', actor: null, address }).then(() => {
      if (socket.writable) socket.end(bytesOf(error, encrypted), () => socket.destroy())
      else socket.destroy()
    })
  }
}

/** The line was lost in the middle of a request: nobody waits for an answer, and nobody asked for anything wrong. */
const cutOff: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE'])

/** Bytes of all headers together: Node's own bound. */
const HEADERS_LIMIT = 16_384

function unread(code: string | undefined): AppError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('request.too-slow')
  if (code === 'HPE_HEADER_OVERFLOW') return new AppError('request.too-large', { limit: HEADERS_LIMIT })
  return new AppError('request.invalid', { place: 'headers' })
}

function bytesOf({ code, facts }: AppError, encrypted: boolean): string {
  const answer: ErrorAnswer = { error: { code, facts } }
  const body = JSON.stringify(answer)
  const headers = {
    ...alwaysHeaders({ encrypted }),
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${catalogue[code].http} Refused`, ...lines, '', body].join('\r\n')
}

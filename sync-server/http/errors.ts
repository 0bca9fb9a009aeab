import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, catalogue } from '#app/kernel/index.ts'
import type { ErrorCode } from '#app/kernel/index.ts'
import type { ErrorAnswer } from '#app/protocol/index.ts'
import { isUnavailablePostgres, isUnavailableSqlite } from '../store/dialects/unavailable.ts'

/** What a client is told: a code of the catalogue and facts that hold nothing of anybody. */
export function answerFor(thrown: unknown, bodyLimit: number): AppError {
  if (thrown instanceof AppError) return thrown
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    return new AppError('request.invalid', { place: placeOf(thrown.validation[0]?.instancePath) })
  }
  if (isUnavailableSqlite(thrown) || isUnavailablePostgres(thrown)) return new AppError('server.unavailable')
  const { code, statusCode = 500 } = thrown as FastifyError
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AppError('request.too-large', { limit: bodyLimit })
  if (statusCode >= 400 && statusCode < 500) return new AppError('request.invalid', { place: 'body' })
  return new AppError('internal')
}

/** Where in the request: names of members, never their values; keys of records are data and are left out. */
function placeOf(path: string | undefined): string {
  const names = (path ?? '').split('/').filter((name) => /^[A-Za-z]{1,32}$|^\d{1,4}$/.test(name))
  return names.slice(0, 4).join('.') || 'body'
}

/** Seconds after which it is worth asking again. */
const MAINTENANCE_WAIT = 60

/** As RFC 9449 section 7.1 and 9 name them. */
const proofErrors: Partial<Record<ErrorCode, string>> = {
  'access.proof': 'invalid_dpop_proof',
  'access.proof-nonce': 'use_dpop_nonce',
}

/** What is no refusal, but went wrong here. */
const faults: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['internal', 'server.unavailable'])

export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = answerFor(thrown, request.routeOptions.bodyLimit ?? 0)
  // The cause of a fault goes to the log by its name and stack only: its message may quote data.
  if (faults.has(error.code)) request.log.error({ fault: faultOf(thrown) }, 'internal fault')
  const answer: ErrorAnswer = { error: { code: error.code, facts: error.facts } }
  const wait = retryAfter(error)
  if (wait !== null) reply.header('retry-after', wait)
  const lacking = proofErrors[error.code]
  if (lacking !== undefined) reply.header('www-authenticate', `DPoP error="${lacking}", algs="EdDSA"`)
  return reply.code(catalogue[error.code].http).header('cache-control', 'no-store').send(answer)
}

const waits: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['access.throttled', 'request.too-often'])

/** Seconds, for the header; null where waiting is no remedy. */
export function retryAfter({ code, facts }: AppError): string | null {
  if (code === 'server.maintenance') return String(MAINTENANCE_WAIT)
  return waits.has(code) ? String(facts['seconds'] ?? 1) : null
}

/** An unknown fault without its message: the kind, and where in our code it was thrown. */
export function faultOf(thrown: unknown): { readonly name: string; readonly at: readonly string[] } {
  if (!(thrown instanceof Error)) return { name: typeof thrown, at: [] }
  const at = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { name: thrown.name, at: at.slice(0, 8).map((line) => line.trim()) }
}

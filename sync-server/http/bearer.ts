import type { FastifyRequest } from 'fastify'
import { AppError } from '#app/kernel/index.ts'

/** The bearer token of a request (RFC 6750 section 2.1). Throws `access.session`. */
export function bearerOf(request: FastifyRequest): string {
  const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined || rest.length > 0 || token.length > 128) {
    throw new AppError('access.session')
  }
  return token
}

import type { FastifyRequest } from 'fastify'
import { AppError } from '#app/kernel/index.ts'

/** The bearer token of a request (RFC 6750 section 2.1). Throws `access.session`. */
export function bearerOf(request: FastifyRequest): string {
  return tokenOf(request, ['bearer'])
}

/** The token of a request, under one of the schemes. Throws `access.session`. */
export function tokenOf(request: FastifyRequest, schemes: readonly string[]): string {
  const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ')
  const isKnown = schemes.includes(scheme?.toLowerCase() ?? '')
  if (!isKnown || token === undefined || rest.length > 0 || token.length > 128) {
    throw new AppError('access.session')
  }
  return token
}

import type { FastifyRequest } from 'fastify'
import type { Site } from '../access/signing-in/passkeys.ts'

/** The one cookie there is: it binds a single sign-on to the browser that began it, for ten minutes. */
export const FLOW_COOKIE = 'rounds-sso'

export function flowOf(request: FastifyRequest): string | null {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  const value = pairs.find(([name]) => name === FLOW_COOKIE)?.[1] ?? ''
  return /^[\w-]{43}$/.test(value) ? value : null
}

/** The page that asks: admission has found its origin to be one of this server's. */
export function siteOf({ headers: { origin, host }, protocol }: FastifyRequest): Site {
  return { origin: origin ?? `${protocol}://${host ?? ''}` }
}

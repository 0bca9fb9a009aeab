import type { FastifyRequest } from 'fastify'
import type { Site } from '../access/signing-in/passkeys.ts'

/**
 * The one cookie there is: it binds a single sign-on to the browser that began it, for ten minutes. By HTTPS under a name
 * that no other host, and no page without encryption, can set (RFC 6265bis section 4.1.3.2). Lax: the provider sends the
 * browser back from elsewhere.
 */
export function flowCookie(request: FastifyRequest, flow: string): string {
  const secure = request.protocol === 'https' ? '; Secure' : ''
  return `${cookieName(request)}=${flow}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax${secure}`
}

export function flowOf(request: FastifyRequest): string | null {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  const value = pairs.find(([name]) => name === cookieName(request))?.[1] ?? ''
  return /^[\w-]{43}$/.test(value) ? value : null
}

function cookieName({ protocol }: FastifyRequest): string {
  return protocol === 'https' ? '__Host-rounds-sso' : 'rounds-sso'
}

/** Whether a page of this server, or the person, has sent the browser here; one that does not say is believed. */
export function isOwnStep({ headers }: FastifyRequest): boolean {
  const from = headers['sec-fetch-site']
  return from === undefined || from === 'same-origin' || from === 'none'
}

/** The page that asks: admission has found its origin to be one of this server's. */
export function siteOf({ headers: { origin, host }, protocol }: FastifyRequest): Site {
  return { origin: origin ?? `${protocol}://${host ?? ''}` }
}

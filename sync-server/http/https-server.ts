import { createServer } from 'node:https'
import type { ServerOptions } from 'node:https'
import type { FastifyServerFactory } from 'fastify'
import type { HttpsMaterial } from '../tls/index.ts'

/**
 * Fastify's own HTTPS would change the type of everything that is registered; what it sets on a server is set here.
 * `onRefused`: a handshake that came to nothing.
 */
export function httpsServers(
  material: HttpsMaterial,
  onRefused: (cause: Error) => void,
): FastifyServerFactory {
  return (handler, options) => {
    const times = options['http'] as Pick<ServerOptions, 'headersTimeout' | 'connectionsCheckingInterval'>
    const server = createServer({ ...material, ...times, minVersion: 'TLSv1.3' }, (request, response) =>
      handler(request, response),
    )
    if (typeof options['keepAliveTimeout'] === 'number') server.keepAliveTimeout = options['keepAliveTimeout']
    if (typeof options['requestTimeout'] === 'number') server.requestTimeout = options['requestTimeout']
    server.on('tlsClientError', onRefused)
    return server
  }
}

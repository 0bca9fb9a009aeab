import { pino } from 'pino'
import type { DestinationStream, Logger } from 'pino'
import type { ServerConfig } from './config.ts'

export type { Logger }

/**
 * The server's log: what happened, never to whom. No bodies, no tokens, no addresses of records: requests are named by
 * their route.
 */
export function createLog(level: ServerConfig['logLevel'], destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    redact: { paths: ['*.authorization', '*.password', '*.token', '*.headers'], remove: true },
    serializers: {
      req: (request: { method?: string; routeOptions?: { url?: string } }) => ({
        method: request.method,
        route: request.routeOptions?.url ?? 'none',
      }),
      res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
      err: (error: Error) => ({ name: error.name }),
    },
  }
  return destination === undefined ? pino(options, pino.destination(2)) : pino(options, destination)
}

import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import fastify from 'fastify'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { AppError } from '#app/kernel/index.ts'
import type { SignedIn } from '../access/sessions.ts'
import type { ServerConfig } from '../config.ts'
import { consoleRoutes } from '../console-api/console-routes.ts'
import type { ConsoleApi } from '../console-api/console-api.ts'
import { fhirRoutes } from '../fhir/http/fhir-routes.ts'
import type { FhirParts } from '../fhir/http/fhir-routes.ts'
import type { Logger } from '../log.ts'
import type { StreamHub } from '../replication/live/stream.ts'
import type { HttpsMaterial } from '../tls/index.ts'
import type { BlobService } from '../blobs/blob-service.ts'
import { admits, ownHosts } from './admission.ts'
import { blobRoutes } from './blob-routes.ts'
import { sendError } from './errors.ts'
import { corsHeaders, setAlwaysHeaders } from './headers.ts'
import { healthRoutes } from './health.ts'
import type { Health } from './health.ts'
import { httpsServers } from './https-server.ts'
import { servePages } from './pages.ts'
import { streamRoute } from './stream-route.ts'
import { signedInDecorator, syncRoutes } from './sync-routes.ts'
import type { SyncHandlers } from './sync-routes.ts'

export type HttpParts = {
  readonly config: Pick<ServerConfig, 'http' | 'clientFolder' | 'consoleFolder'>
  readonly log: Logger
  readonly handlers: SyncHandlers
  readonly blobs: BlobService
  readonly signedIn: (token: string) => Promise<SignedIn>
  readonly hub: StreamHub
  readonly console: ConsoleApi
  readonly fhir: FhirParts
  readonly health: Health
  /** Null: plain HTTP. */
  readonly https: HttpsMaterial | null
}

/**
 * gzip reads `level`, zstd `params`. Documents of one kind are much alike: zstd's lowest level finds nearly all of it, in
 * a third of the time of its usual one.
 */
const compression = { level: 5, params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** The whole of what is served over HTTP. Listening is the caller's. */
export async function createHttpApp(parts: HttpParts): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = parts.log
  const app = fastify({
    loggerInstance,
    trustProxy: false,
    bodyLimit: 64 * 1024,
    requestTimeout: 60_000,
    // A stream stays open for as long as the client does; on closing, the server ends it.
    forceCloseConnections: true,
    ...(parts.https === null ? {} : { serverFactory: httpsServers(parts.https) }),
  })
  app.setValidatorCompiler(validatorCompiler)
  // Answers are typed by the handlers; checking a page of a thousand documents again would only cost time.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  app.setErrorHandler((thrown, request, reply) => sendError(thrown, request, reply))
  app.decorateRequest(signedInDecorator, null)

  const { host, names, maintenance } = parts.config.http
  app.addHook('onRequest', async (request, reply) => {
    setAlwaysHeaders(reply, { encrypted: parts.https !== null })
    reply.headers(corsHeaders(request.headers.origin))
    admit(request, host, names)
  })
  await app.register(compress, {
    encodings: ['zstd', 'gzip'],
    // Never an event stream: it would wait for a buffer to fill.
    customTypes: /^text\/(?!event-stream)|[/+](json|javascript|xml|wasm)(;|$)/,
    threshold: 1024,
    zlibOptions: compression,
    globalDecompression: false,
  })

  await app.register(async (api) => {
    api.addHook('onSend', async (_, reply) => void reply.header('cache-control', 'no-store'))
    // While a backup is restored or the machine is changed: replicas keep their edits, wait, and say so.
    api.addHook('onRequest', async (request) => {
      const isSync = request.url.startsWith('/sync/') && request.method !== 'OPTIONS'
      if (maintenance === true && isSync) throw new AppError('server.maintenance')
    })
    api.options('/sync/*', async (_, reply) => reply.code(204).send())
    await api.register(streamRoute, parts)
    await api.register(syncRoutes, parts)
    await api.register(blobRoutes, parts)
    await api.register(consoleRoutes, { api: parts.console })
    await api.register(fhirRoutes, { prefix: '/fhir', ...parts.fhir })
    await api.register(healthRoutes, { health: parts.health })
  })
  await servePages(app, [
    { prefix: '/console/', folder: parts.config.consoleFolder },
    { prefix: '/', folder: parts.config.clientFolder },
  ])
  return app
}

function admit(request: FastifyRequest, address: string, names: readonly string[]): void {
  const hosts = ownHosts(address, request.socket.localPort ?? 0, names)
  const { host, origin } = request.headers
  if (!admits(hosts, { host, origin, protocol: `${request.protocol}:` }))
    throw new AppError('request.misdirected')
}

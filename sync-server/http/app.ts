import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import fastify from 'fastify'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { AppError } from '#app/kernel/index.ts'
import { PROOF_NONCE_HEADER } from '#app/protocol/index.ts'
import type { SingleSignOn } from '../access/signing-in/single-sign-on.ts'
import type { Sessions, SignedIn } from '../access/sessions/sessions.ts'
import type { Refusals } from '../audit/index.ts'
import type { ServerConfig } from '../config.ts'
import { consoleCallerDecorator, consoleRoutes } from '../console-api/console-routes.ts'
import type { ConsoleApi } from '../console-api/console-api.ts'
import type { ConsoleCaller } from '../console-api/signing-in/console-sessions.ts'
import { fhirRoutes } from '../fhir/http/fhir-routes.ts'
import type { FhirParts } from '../fhir/http/fhir-routes.ts'
import type { Logger } from '../log.ts'
import type { StreamHub } from '../replication/live/stream.ts'
import type { HttpsMaterial } from '../tls/index.ts'
import type { BlobService } from '../blobs/blob-service.ts'
import { admits, ownHosts } from './admission.ts'
import { blobRoutes } from './blob-routes.ts'
import { sendError } from './errors.ts'
import { alwaysHeaders, corsHeaders } from './headers.ts'
import { healthRoutes } from './health.ts'
import type { Health } from './health.ts'
import { httpsServers } from './https-server.ts'
import { servePages, signInPageIn } from './pages.ts'
import { presentedBy } from './presented.ts'
import { refreshRoute } from './refresh-route.ts'
import { answerUnread, insistOnPlainPath, noteRefused } from './refused-requests.ts'
import type { RequestRates } from './request-rates.ts'
import { signOnRoutes } from './sign-on-routes.ts'
import { streamRoute } from './stream-route.ts'
import { signedInDecorator, syncRoutes } from './sync-routes.ts'
import type { SignIn, SyncHandlers } from './sync-routes.ts'

export type HttpParts = {
  readonly config: Pick<ServerConfig, 'http' | 'clientFolder' | 'consoleFolder'>
  readonly log: Logger
  readonly handlers: SyncHandlers
  readonly blobs: BlobService
  readonly sessions: Pick<Sessions, 'signedIn' | 'standing' | 'refresh'>
  /** What proofs of devices have to name from now on. */
  readonly proofNonce: () => string
  readonly rates: RequestRates
  readonly refusals: Refusals
  readonly hub: StreamHub
  readonly console: ConsoleApi
  readonly signOn: SingleSignOn
  readonly fhir: FhirParts
  readonly health: Health
  /** Null: plain HTTP. */
  readonly https: HttpsMaterial | null
}

/** Milliseconds within which a request has to be here, whole. */
const SLOWEST_REQUEST = 60_000

/**
 * gzip reads `level`, zstd `params`. Documents of one kind are much alike: zstd's lowest level finds nearly all of it, in
 * a third of the time of its usual one.
 */
const compression = { level: 5, params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** The whole of what is served over HTTP. Listening is the caller's. */
export async function createHttpApp(parts: HttpParts): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = parts.log
  const slowest = parts.config.http.slowestRequest ?? SLOWEST_REQUEST
  const encrypted = parts.https !== null
  const refused = { refusals: parts.refusals, log: parts.log }
  const app = fastify({
    loggerInstance,
    trustProxy: false,
    bodyLimit: 64 * 1024,
    requestTimeout: slowest,
    // Node asks every half minute at most.
    http: { headersTimeout: slowest, connectionsCheckingInterval: Math.min(slowest, 30_000) },
    clientErrorHandler: answerUnread(refused, { encrypted }),
    // A stream stays open for as long as the client does; on closing, the server ends it.
    forceCloseConnections: true,
    ...(parts.https === null
      ? {}
      : { serverFactory: httpsServers(parts.https, refusedHandshake(parts.log)) }),
  })
  app.setValidatorCompiler(validatorCompiler)
  // Answers are typed by the handlers; checking a page of a thousand documents again would only cost time.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  app.decorateRequest(signedInDecorator, null)
  app.decorateRequest(consoleCallerDecorator, null)
  app.setErrorHandler(async (thrown, request, reply) => {
    await noteRefused(refused, thrown, request, askerOf(request))
    return sendError(thrown, request, reply)
  })

  const { host, names, maintenance } = parts.config.http
  const hostsOf = (request: FastifyRequest) => ownHosts(host, request.socket.localPort ?? 0, names)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...alwaysHeaders({ encrypted }), ...corsHeaders(request.headers.origin) })
    await parts.rates.from(request.ip)
    admit(request, hostsOf(request))
    insistOnPlainPath(request.url)
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
    const { sessions, proofNonce, rates } = parts
    const signedIn: SignIn = async (request, cost) => {
      const who = await sessions.signedIn(presentedBy(request, hostsOf(request)), request.ip)
      const { userId, deviceId } = who
      await rates.of({ by: 'device', id: deviceId, userId, deviceId, address: request.ip }, cost)
      return who
    }
    const refresh = (request: FastifyRequest) =>
      sessions.refresh(presentedBy(request, hostsOf(request)), request.ip)
    api.addHook('onRequest', async (request, reply) => {
      if (request.url.startsWith('/sync/')) reply.header(PROOF_NONCE_HEADER, proofNonce())
    })
    await api.register(streamRoute, { ...parts, signedIn, standing: sessions.standing })
    await api.register(refreshRoute, { refresh })
    await api.register(syncRoutes, { ...parts, signedIn })
    await api.register(blobRoutes, { ...parts, signedIn })
    await api.register(consoleRoutes, { api: parts.console, rates })
    await api.register(signOnRoutes, parts)
    await api.register(fhirRoutes, { prefix: '/fhir', rates, refused, ...parts.fhir })
    await api.register(healthRoutes, { health: parts.health })
  })
  await servePages(app, [
    { prefix: '/console/', folder: parts.config.consoleFolder },
    signInPageIn(parts.config.consoleFolder),
    { prefix: '/', folder: parts.config.clientFolder },
  ])
  return app
}

/** Who asks, as far as that is known yet. */
function askerOf(request: FastifyRequest) {
  const atConsole = request.getDecorator<ConsoleCaller | null>(consoleCallerDecorator)
  const signedIn = request.getDecorator<SignedIn | null>(signedInDecorator)
  return { actor: atConsole?.user ?? signedIn?.userId ?? null, deviceId: signedIn?.deviceId }
}

/** By its code: what a stranger sent is not quoted. */
function refusedHandshake(log: Logger) {
  return (cause: NodeJS.ErrnoException): void =>
    log.warn({ cause: cause.code ?? 'unknown' }, 'a TLS handshake was refused')
}

function admit(request: FastifyRequest, hosts: ReadonlySet<string>): void {
  const { host, origin } = request.headers
  if (!admits(hosts, { host, origin, protocol: `${request.protocol}:` }))
    throw new AppError('request.misdirected')
}

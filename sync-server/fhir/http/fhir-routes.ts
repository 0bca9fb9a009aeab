import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '#app/kernel/index.ts'
import { AppError, catalogue, codeOf, instant } from '#app/kernel/index.ts'
import { answerFor, faultOf, retryAfter } from '../../http/errors.ts'
import type { RequestRates } from '../../http/request-rates.ts'
import { noteRefused } from '../../http/refused-requests.ts'
import type { RefusedRequests } from '../../http/refused-requests.ts'
import type { Callers, Caller } from '../access/callers.ts'
import { capabilityStatement, smartConfiguration } from '../capability.ts'
import type { Desk } from '../desk.ts'
import { groundsOf } from '../disclosures.ts'
import { everythingFrom } from '../interactions/everything.ts'
import { pageOf } from '../interactions/page.ts'
import { readResource, readVersion } from '../interactions/read.ts'
import { searchType } from '../interactions/search.ts'
import { outcomeOf } from '../outcome.ts'
import { isFhirType } from '../resource-types.ts'
import { refuseInUrl } from '../search/criteria.ts'
import { parametersOf, readForm } from './parameters.ts'
import { FHIR_JSON, sendVersioned } from './sending.ts'
import { tokenRoute } from './token-route.ts'
import { writeRoutes } from './write-routes.ts'

export type FhirSettings = {
  /** The address under which clients know this server's FHIR; null: as they call it. */
  readonly url: string | null
  /** Whether searches that tell of a patient may stand in addresses. */
  readonly phiInUrls: boolean
}

export type FhirParts = {
  readonly desk: Desk
  readonly callers: Callers
  readonly clock: Clock
  readonly settings: FhirSettings
  readonly maintenance: boolean
}
type ServedParts = FhirParts & { readonly rates: RequestRates; readonly refused: RefusedRequests }

const place = z.object({ type: z.string().max(40), id: z.string().max(64).default('') })

/** FHIR R4 over HTTP (hl7.org/fhir/R4/http.html), below the prefix of its registration. What goes wrong is an OperationOutcome. */
export async function fhirRoutes(app: FastifyInstance, parts: ServedParts): Promise<void> {
  const { desk, callers, settings, maintenance, refused } = parts
  const base = (request: FastifyRequest) => settings.url ?? `${request.protocol}://${request.host}/fhir`
  readBodies(app)
  const { callerOf, asker, beyondScope } = askers(parts)
  app.setErrorHandler(async (thrown, request, reply) => {
    await beyondScope(thrown, request)
    await noteRefused(refused, thrown, request, { actor: asker(request) })
    return sendOutcome(thrown, request, reply)
  })
  app.setNotFoundHandler((request, reply) => sendOutcome(new AppError('fhir.not-found'), request, reply))
  app.addHook('onRequest', async (request) => {
    if (maintenance) throw new AppError('server.maintenance')
    insistOnJson(request)
  })
  tokenRoute(app, { callers, base })
  openRoutes(app, parts, base)

  const answer = (reply: FastifyReply, body: object) => reply.type(FHIR_JSON).send(body)
  app.get('/_page', async (request, reply) => {
    const caller = await callerOf(request)
    const { ticket } = z.object({ ticket: z.string().max(12_000) }).parse(request.query)
    return answer(reply, await pageOf(desk, caller, ticket, base(request)))
  })
  app.get('/:type', async (request, reply) => {
    const caller = await callerOf(request)
    const { type } = place.parse(request.params)
    const parameters = parametersOf(request.query)
    if (!settings.phiInUrls && isFhirType(type)) refuseInUrl(type, parameters)
    return answer(reply, await searchType(desk, caller, type, parameters, base(request)))
  })
  app.post('/:type/_search', async (request, reply) => {
    const caller = await callerOf(request)
    const { type } = place.parse(request.params)
    const inUrl = parametersOf(request.query)
    if (!settings.phiInUrls && isFhirType(type)) refuseInUrl(type, inUrl)
    const parameters = [...inUrl, ...parametersOf(request.body)]
    return answer(reply, await searchType(desk, caller, type, parameters, base(request)))
  })
  app.get('/:type/:id', async (request, reply) => {
    const caller = await callerOf(request)
    const { type, id } = place.parse(request.params)
    const resource = await readResource(desk, caller, type, id)
    return sendVersioned(request, reply, resource)
  })
  app.get('/:type/:id/_history/:version', async (request, reply) => {
    const caller = await callerOf(request)
    const { type, id, version } = place.extend({ version: z.string().max(100) }).parse(request.params)
    return sendVersioned(request, reply, await readVersion(desk, caller, type, id, version))
  })
  writeRoutes(app, { desk, base, callerOf })
  app.get('/Patient/:id/$everything', async (request, reply) => {
    const caller = await callerOf(request)
    const { id } = place.omit({ type: true }).parse(request.params)
    const parameters = parametersOf(request.query)
    const ticket = { kind: 'everything', id, parameters, after: '' } as const
    return answer(reply, await everythingFrom(desk, caller, ticket, base(request)))
  })
}

/** What tells who can come in how, to everybody. */
function openRoutes(
  app: FastifyInstance,
  { clock }: FhirParts,
  base: (request: FastifyRequest) => string,
): void {
  const date = instant(clock)
  app.get('/metadata', async (request, reply) =>
    reply.type(FHIR_JSON).send(capabilityStatement({ base: base(request), date })),
  )
  app.get('/.well-known/smart-configuration', async (request, reply) =>
    reply.type('application/json; charset=utf-8').send(smartConfiguration(base(request))),
  )
}

function readBodies(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, readForm(String(body))),
  )
  app.addContentTypeParser(
    'application/fhir+json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  )
}

/** Who asks, and a note of those who ask for more than their scopes: refused before anything is read. */
function askers({ callers, clock, rates, desk: { store } }: ServedParts) {
  const asking = new WeakMap<FastifyRequest, Caller>()
  return {
    async callerOf(request: FastifyRequest): Promise<Caller> {
      const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ')
      const isBearer = scheme?.toLowerCase() === 'bearer' && rest.length === 0
      if (!isBearer || token === undefined || token.length > 128) throw new AppError('fhir.token')
      const caller = { ...(await callers.callerOf(token)), address: request.ip }
      asking.set(request, caller)
      const { id } = caller.client
      await rates.of({ by: 'client', id, userId: null, deviceId: null, address: request.ip })
      return caller
    },
    asker: (request: FastifyRequest) => asking.get(request)?.client.id ?? null,
    async beyondScope(thrown: unknown, request: FastifyRequest): Promise<void> {
      const caller = asking.get(request)
      if (caller === undefined || codeOf(thrown) !== 'fhir.scope') return
      const { id: actor, purpose } = caller.client
      const told = { actor, purpose, action: 'client', outcome: 'fhir.scope', address: request.ip }
      await store.audit.append({ at: instant(clock), ...told, facts: groundsOf(caller) })
    },
  }
}

function insistOnJson({ headers, query }: FastifyRequest): void {
  const format = typeof query === 'object' && query !== null && '_format' in query ? query._format : undefined
  const wanted = typeof format === 'string' ? format : (headers.accept ?? '*/*')
  if (!/json|\*\/\*|application\/\*/.test(wanted)) throw new AppError('fhir.not-acceptable')
}

function sendOutcome(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error =
    thrown instanceof z.ZodError ? new AppError('fhir.invalid', { what: 'the address' }) : named(thrown)
  // By its name and stack only: a message may quote data.
  if (error.code === 'internal') request.log.error({ fault: faultOf(thrown) }, 'internal fault')
  const { http } = catalogue[error.code]
  if (http === 401) reply.header('www-authenticate', 'Bearer')
  const wait = retryAfter(error)
  if (wait !== null) reply.header('retry-after', wait)
  return reply.code(http).type(FHIR_JSON).send(outcomeOf(error))

  function named(fault: unknown): AppError {
    return answerFor(fault, request.routeOptions.bodyLimit ?? 0)
  }
}

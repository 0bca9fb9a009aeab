import type { FastifyInstance, FastifyRequest, RouteShorthandOptions } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { AppError, compiled } from '#app/kernel/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, routes } from '#app/protocol/index.ts'
import type { RouteName } from '#app/protocol/index.ts'
import type { SignedIn } from '../access/sessions/sessions.ts'

type Request<Name extends RouteName> = z.infer<(typeof routes)[Name]['request']>
type Answer<Name extends RouteName> = z.infer<(typeof routes)[Name]['answer']>
/**
 * Who stands behind a request: throws unless it shows a session and the device's key, and has asked for no more than a device
 * may. `cost`: as how many usual requests it counts.
 */
export type SignIn = (request: FastifyRequest, cost?: number) => Promise<SignedIn>

type OpenRoute = { [Name in RouteName]: (typeof routes)[Name]['open'] extends true ? Name : never }[RouteName]

/** One handler for each call of the protocol; an open one is told the address, the others who it is. */
export type SyncHandlers = {
  readonly [Name in RouteName]: (
    request: Request<Name>,
    who: Name extends OpenRoute ? string : SignedIn,
  ) => Promise<Answer<Name>>
}

const kilobyte = 1024

/** Larger than the largest lawful request, and no more. */
const bodyLimits: Readonly<Record<RouteName, number>> = {
  admission: kilobyte,
  secondFactor: 2 * kilobyte,
  beginSignIn: kilobyte,
  enrol: 8 * kilobyte,
  challenge: kilobyte,
  session: 32 * kilobyte,
  wiped: kilobyte,
  healed: kilobyte,
  escrow: 16 * kilobyte,
  askRecovery: kilobyte,
  pollRecovery: kilobyte,
  pull: 512 * kilobyte,
  push: 16 * kilobyte * kilobyte,
  fetch: 64 * kilobyte,
  breakGlass: 4 * kilobyte,
  emergencyRecords: kilobyte,
  emergencySet: kilobyte,
  evicted: 64 * kilobyte,
  estimate: kilobyte,
  first: kilobyte,
  offerBlob: kilobyte,
  reads: 8 * kilobyte * kilobyte,
}

/** Of calls that look through much for an answer. */
const costs: { readonly [Name in RouteName]?: number } = {
  first: 150,
  estimate: 50,
  emergencySet: 50,
}

/** The protocol's calls, each by its row of `routes`. */
export async function syncRoutes(
  app: FastifyInstance,
  { handlers, signedIn }: { handlers: SyncHandlers; signedIn: SignIn },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  app.addHook('onRequest', async (request) => checkProtocol(request))
  for (const name of Object.keys(routes) as RouteName[]) {
    const { path, open, request: schema } = routes[name]
    const handler = handlers[name] as (request: unknown, who: string | SignedIn) => Promise<unknown>
    const options: RouteShorthandOptions = {
      bodyLimit: bodyLimits[name],
      // An answer that carries a token is never compressed: its length must not depend on what is in it.
      compress: open ? false : {},
    }
    // Before the body is read: who may not speak is not listened to.
    const onRequest = open ? [] : [signInFirst(signedIn, costs[name])]
    typed.post(path, { ...options, onRequest, schema: { body: compiled(schema) } }, async (request) =>
      handler(request.body, open ? request.ip : whoOf(request)),
    )
  }
}

/** Registered once on the application, so that every request has the same shape. */
export const signedInDecorator = 'signedIn'

/** Who asks is known before anything else is looked at. */
export function signInFirst(signedIn: SignIn, cost?: number) {
  return async (request: FastifyRequest): Promise<void> => {
    const who = await signedIn(request, cost)
    request.setDecorator(signedInDecorator, { ...who, address: request.ip })
  }
}

export function whoOf(request: FastifyRequest): SignedIn {
  const who = request.getDecorator<SignedIn | null>(signedInDecorator)
  if (who === null) throw new AppError('access.session')
  return who
}

/** Throws `protocol.version` for a client of another version, and for one that names none. */
export function checkProtocol(request: FastifyRequest): void {
  const client = String(request.headers[PROTOCOL_HEADER] ?? 'none').slice(0, 8)
  if (client !== String(PROTOCOL_VERSION)) {
    throw new AppError('protocol.version', { client, server: PROTOCOL_VERSION })
  }
}

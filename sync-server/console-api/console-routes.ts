import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Visitor } from '../access/signing-in/visitor.ts'
import { bearerOf } from '../http/bearer.ts'
import type { RequestRates } from '../http/request-rates.ts'
import { flowOf, siteOf } from '../http/visits.ts'
import type { ConsoleApi } from './console-api.ts'
import type { ConsoleCaller } from './signing-in/console-sessions.ts'
import { CONSOLE_PATH, consoleCalls } from './protocol/console.ts'
import type { CallRow, ConsoleCall } from './protocol/console.ts'

type AnyHandler = (request: unknown, caller: Visitor | ConsoleCaller) => Promise<unknown>

/** Bytes of a request: what a form holds, and what a message does. */
const ORDINARY_LIMIT = 16_384
const MESSAGE_LIMIT = 4 * 1024 * 1024

/** The console's calls, each by its row of `consoleCalls`. */
export async function consoleRoutes(
  app: FastifyInstance,
  { api, rates }: { api: ConsoleApi; rates: RequestRates },
): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  for (const call of Object.keys(consoleCalls) as ConsoleCall[]) {
    const { for: roles, shows, cost, request: schema }: CallRow = consoleCalls[call]
    const open = roles === 'open'
    const bodyLimit = shows === 'patients' ? MESSAGE_LIMIT : ORDINARY_LIMIT
    const handler = api.handlers[call] as AnyHandler
    typed.post(
      `${CONSOLE_PATH}${call}`,
      {
        bodyLimit,
        schema: { body: schema },
        compress: open ? false : {},
        onRequest: open ? [] : [callerFirst],
      },
      async (request) =>
        handler(
          request.body,
          request.getDecorator<ConsoleCaller | null>(consoleCallerDecorator) ?? visitorOf(request),
        ),
    )

    /** Before the body is read: who may not ask is not listened to. */
    async function callerFirst(request: FastifyRequest): Promise<void> {
      const from = { address: request.ip, site: siteOf(request) }
      const caller = await api.sessions.caller(bearerOf(request), call, from)
      request.setDecorator(consoleCallerDecorator, caller)
      const { user } = caller
      await rates.of({ by: 'console', id: user, userId: user, deviceId: null, address: request.ip }, cost)
    }
  }
}

/** Registered once on the application, so that every request has the same shape. */
export const consoleCallerDecorator = 'consoleCaller'

function visitorOf(request: FastifyRequest): Visitor {
  return { address: request.ip, site: siteOf(request), flow: flowOf(request) }
}

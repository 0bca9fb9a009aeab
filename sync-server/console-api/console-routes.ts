import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Id } from '#app/kernel/index.ts'
import { bearerOf } from '../http/bearer.ts'
import type { ConsoleApi } from './console-api.ts'
import { CONSOLE_PATH, consoleCalls } from './console-protocol.ts'
import type { ConsoleCall } from './console-protocol.ts'

type AnyHandler = (
  request: unknown,
  caller: string | { readonly admin: Id; readonly token: string },
) => Promise<unknown>

/** The console's calls, each by its row of `consoleCalls`. */
export async function consoleRoutes(app: FastifyInstance, { api }: { api: ConsoleApi }): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  for (const call of Object.keys(consoleCalls) as ConsoleCall[]) {
    const { open, request: schema } = consoleCalls[call]
    const handler = api.handlers[call] as AnyHandler
    typed.post(
      `${CONSOLE_PATH}${call}`,
      { bodyLimit: 16_384, schema: { body: schema }, compress: open ? false : {} },
      async (request) => {
        if (open) return handler(request.body, request.ip)
        const token = bearerOf(request)
        return handler(request.body, { admin: await api.sessions.admin(token), token })
      },
    )
  }
}

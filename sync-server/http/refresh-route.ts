import type { FastifyInstance, FastifyRequest } from 'fastify'
import { REFRESH_PATH } from '#app/protocol/index.ts'
import type { Tokens } from '#app/protocol/index.ts'
import { checkProtocol } from './sync-routes.ts'

type Parts = { readonly refresh: (request: FastifyRequest) => Promise<Tokens> }

/** The next tokens of a session, for the refresh token in the place of the token. */
export async function refreshRoute(app: FastifyInstance, { refresh }: Parts): Promise<void> {
  // As any answer with a token: its length must not depend on what is in it.
  app.post(REFRESH_PATH, { compress: false, bodyLimit: 1024 }, async (request) => {
    checkProtocol(request)
    return refresh(request)
  })
}

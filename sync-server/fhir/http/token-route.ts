import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '#app/kernel/index.ts'
import { retryAfter } from '../../http/errors.ts'
import { TOKEN_LASTS } from '../access/callers.ts'
import type { Callers } from '../access/callers.ts'

// The token endpoint of SMART Backend Services (RFC 6749 section 4.4 with RFC 7523).

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const requestSchema = z.object({
  grant_type: z.string(),
  client_assertion_type: z.literal(assertionType),
  client_assertion: z.string().min(1).max(8_192),
  scope: z.string().max(2_000),
})

type OAuthError =
  | 'invalid_request'
  | 'unsupported_grant_type'
  | 'invalid_client'
  | 'invalid_scope'
  | 'temporarily_unavailable'

export function tokenRoute(
  app: FastifyInstance,
  { callers, base }: { callers: Callers; base: (request: FastifyRequest) => string },
): void {
  // An answer that carries a token is never compressed: its length must not depend on what is in it.
  app.post('/auth/token', { compress: false, bodyLimit: 16_384 }, async (request, reply) => {
    reply.type('application/json; charset=utf-8').headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
    const asked = requestSchema.safeParse(request.body)
    if (!asked.success) return refuse(reply, 400, 'invalid_request')
    if (asked.data.grant_type !== 'client_credentials') return refuse(reply, 400, 'unsupported_grant_type')
    const { client_assertion: assertion, scope } = asked.data
    try {
      const audience = `${base(request)}/auth/token`
      const { token, smartScopes } = await callers.issue({ assertion, scope, audience, address: request.ip })
      const answer = { access_token: token, token_type: 'bearer', expires_in: TOKEN_LASTS }
      return await reply.send({ ...answer, scope: smartScopes.join(' ') })
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'fhir.client')
        return refuse(reply, 401, 'invalid_client')
      if (thrown instanceof AppError && thrown.code === 'fhir.scope')
        return refuse(reply, 400, 'invalid_scope')
      if (thrown instanceof AppError && thrown.code === 'access.throttled')
        return refuse(reply.header('retry-after', retryAfter(thrown) ?? '1'), 429, 'temporarily_unavailable')
      throw thrown
    }
  })
}

async function refuse(reply: FastifyReply, status: number, error: OAuthError): Promise<FastifyReply> {
  return reply.code(status).send({ error })
}

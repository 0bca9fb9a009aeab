import fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { fetchRequestSchema, routes } from '#app/protocol/index.ts'
import { createProofs } from '#sync-server/access/sessions/proofs.ts'
import type { Proofs } from '#sync-server/access/sessions/proofs.ts'
import { createSessions } from '#sync-server/access/sessions/sessions.ts'
import { presentedBy } from '#sync-server/http/presented.ts'
import { signedInDecorator, signInFirst, whoOf } from '#sync-server/http/sync-routes.ts'
import { createSyncService } from '#sync-server/replication/sync-service.ts'
import type { TestServer } from '#sync-server/testing/test-server.ts'

/** What of a request's protection is left out, to see what it costs. Nothing of this is in the server. */
export type Without = 'nothing' | 'proof' | 'audit'

const believesEverybody: Proofs = { nonce: () => 'none', check: async () => {} }

/** The call `fetch` as the server has it, over the same store, at an address of its own. */
export async function serveFetch(
  { store, door, clock }: TestServer,
  without: Without,
): Promise<{ url: string; app: FastifyInstance; proofs: Proofs }> {
  const proofs = without === 'proof' ? believesEverybody : createProofs(clock)
  const sessions = createSessions({ store, clock, proofs, alarm: async () => {} })
  const silent = { ...store.audit, append: async () => {} }
  const service = createSyncService(without === 'audit' ? { ...store, audit: silent } : store, door, clock)
  const app = fastify()
  app.decorateRequest(signedInDecorator, null)
  const { path } = routes.fetch
  const hosts = new Set<string>()
  const onRequest = signInFirst((request) => sessions.signedIn(presentedBy(request, hosts), request.ip))
  app.post(path, { onRequest }, async (request) =>
    service.fetch(whoOf(request), fetchRequestSchema.parse(request.body)),
  )
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  hosts.add(new URL(url).host)
  return { url, app, proofs }
}

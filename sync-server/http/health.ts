import type { FastifyInstance } from 'fastify'

/** What must answer before this server can do its work, by name. */
export type Health = Readonly<Record<string, () => Promise<boolean>>>

/** `/healthz`: the process is alive. `/readyz`: everything it needs answers, each part named. */
export async function healthRoutes(app: FastifyInstance, { health }: { health: Health }): Promise<void> {
  app.get('/healthz', { logLevel: 'warn' }, async () => ({ alive: true }))
  app.get('/readyz', { logLevel: 'warn' }, async (_, reply) => {
    const checks = await Promise.all(
      Object.entries(health).map(async ([name, check]) => [name, await check().catch(() => false)] as const),
    )
    const ready = checks.every(([, fine]) => fine)
    return reply.code(ready ? 200 : 503).send({ ready, checks: Object.fromEntries(checks) })
  })
}

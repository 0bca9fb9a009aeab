import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Caller } from '../access/callers.ts'
import type { Desk } from '../desk.ts'
import { createResource, updateResource } from '../interactions/write.ts'
import { parametersOf, readForm } from './parameters.ts'
import { sendStored } from './sending.ts'

type Parts = {
  readonly desk: Desk
  base(request: FastifyRequest): string
  callerOf(request: FastifyRequest): Promise<Caller>
}

const place = z.object({ type: z.string().max(40), id: z.string().max(64).default('') })
const headersSchema = z.object({
  'if-match': z.string().max(1_000).optional(),
  'if-none-exist': z.string().max(2_000).optional(),
  prefer: z.string().max(200).default(''),
})

export function writeRoutes(app: FastifyInstance, { desk, base, callerOf }: Parts): void {
  app.post('/:type', async (request, reply) => {
    const caller = await callerOf(request)
    const { type } = place.parse(request.params)
    const { 'if-none-exist': ifNoneExist, prefer } = headersSchema.parse(request.headers)
    const condition = ifNoneExist === undefined ? null : parametersOf(readForm(ifNoneExist))
    const asked = { type, body: request.body, wantsResource: wantsResource(prefer), condition }
    return sendStored(reply, base(request), await createResource(desk, caller, asked))
  })
  app.put('/:type/:id', async (request, reply) => {
    const caller = await callerOf(request)
    const { type, id } = place.parse(request.params)
    const { 'if-match': version, prefer } = headersSchema.parse(request.headers)
    const asked = { type, id, body: request.body, wantsResource: wantsResource(prefer), version }
    return sendStored(reply, base(request), await updateResource(desk, caller, asked))
  })
}

/** hl7.org/fhir/R4/http.html#ops */
function wantsResource(prefer: string): boolean {
  return !/(^|[,;\s])return=minimal\b/.test(prefer)
}

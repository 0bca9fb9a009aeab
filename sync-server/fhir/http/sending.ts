import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isDisputed } from '../convert/index.ts'
import type { Resource } from '../convert/index.ts'
import type { Stored } from '../interactions/writing.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'

const versioned = z.object({
  meta: z.object({ versionId: z.string(), lastUpdated: z.string() }).optional(),
})

/**
 * With its version and time; 304 where the client has that version already. What a patient says against a resource makes no
 * version of it, and is always told.
 */
export function sendVersioned(
  request: FastifyRequest,
  reply: FastifyReply,
  resource: Resource,
): FastifyReply {
  const { meta } = versioned.parse(resource)
  reply.type(FHIR_JSON)
  if (meta === undefined) return reply.send(resource)
  const etag = etagOf(meta.versionId)
  reply.headers({ etag, 'last-modified': new Date(meta.lastUpdated).toUTCString() })
  const isKnown = request.headers['if-none-match'] === etag && !isDisputed(resource)
  return isKnown ? reply.code(304).send() : reply.send(resource)
}

/** 201 with the place of what was created, 200 for what is stored now or was before. */
export function sendStored(reply: FastifyReply, base: string, stored: Stored): FastifyReply {
  const { type, id, isNew, resource } = stored
  const shown = resource === null ? undefined : versioned.parse(resource).meta
  const versionId = shown?.versionId ?? stored.versionId
  reply.code(isNew ? 201 : 200).headers({
    etag: etagOf(versionId),
    location: `${base}/${type}/${id}/_history/${versionId}`,
    ...(shown === undefined ? {} : { 'last-modified': new Date(shown.lastUpdated).toUTCString() }),
  })
  return resource === null ? reply.send() : reply.type(FHIR_JSON).send(resource)
}

function etagOf(versionId: string): string {
  return `W/"${versionId}"`
}

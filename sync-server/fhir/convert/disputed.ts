import { z } from 'zod'
import type { Dispute } from '../../privacy/rights/disputes.ts'
import { resource } from './resource.ts'
import type { Resource } from './resource.ts'

// What a patient says against a record, and what was said to it, as an extension: R4 has no element for it that every type has.

export const DISPUTED = 'urn:rounds:disputed'

export function withDisputes(shown: Resource, disputes: readonly Dispute[]): Resource {
  if (disputes.length === 0) return shown
  const { resourceType, id, meta, ...members } = shown
  return resource(resourceType, id, { meta, extension: disputes.map(extensionOf), ...members })
}

const disputed = z.object({ extension: z.array(z.object({ url: z.literal(DISPUTED) })).min(1) })

/** Whether something is said against it. */
export function isDisputed(shown: Resource): boolean {
  return disputed.safeParse(shown).success
}

function extensionOf({ receivedOn, request, denial, disagreement, rebuttal }: Dispute) {
  const said = { request, denial, disagreement, rebuttal }
  const parts = Object.entries(said).flatMap(([url, valueString]) =>
    valueString === null ? [] : [{ url, valueString }],
  )
  return { url: DISPUTED, extension: [{ url: 'received', valueDate: receivedOn }, ...parts] }
}

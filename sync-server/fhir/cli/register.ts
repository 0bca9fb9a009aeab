import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Ask } from '../../console-api/console-client.ts'
import { integrationCalls } from '../../console-api/protocol/integrations.ts'
import type { FhirOptions, Say } from '../cli.ts'

// Agreements and clients, as an administrator registers them.

export async function addAgreement(ask: Ask, options: FhirOptions, say: Say): Promise<number> {
  const { kind, ours, theirs, title, file, from, until = null } = options
  // The signed paper stays where it is kept; its hash tells later that it is the same.
  const sha256 =
    file === undefined
      ? {}
      : {
          sha256: createHash('sha256')
            .update(await readFile(file))
            .digest('hex'),
        }
  const given = { kind, parties: { ours, theirs }, document: { title, ...sha256 }, from, until }
  const request = integrationCalls['add-agreement'].request.safeParse(given)
  if (!request.success) return complain(request.error, say)
  const { id } = await ask('add-agreement', request.data)
  say(id)
  return 0
}

export async function listAgreements(ask: Ask, say: Say): Promise<number> {
  const { agreements } = await ask('agreements', {})
  for (const { id, kind, parties, document, from, until, endedAt } of agreements) {
    const ends = endedAt === null ? (until ?? 'open') : `ended ${endedAt}`
    say(`${id}  ${kind}  ${parties.ours} with ${parties.theirs}  "${document.title}"  ${from} to ${ends}`)
  }
  if (agreements.length === 0) say('There is no agreement.')
  return 0
}

export async function addClient(ask: Ask, options: FhirOptions, say: Say): Promise<number> {
  const { name, agreement, purpose, scope, grant = [], jwks } = options
  const keys =
    jwks === undefined
      ? { jwksUrl: options['jwks-url'] }
      : { jwks: JSON.parse(await readFile(jwks, 'utf8')) as unknown }
  const given = {
    agreementId: agreement,
    name,
    purpose,
    keys,
    smartScopes: scope,
    grants: grant.map((text) => ({
      role: text.slice(0, text.indexOf('@')),
      scope: text.slice(text.indexOf('@') + 1),
    })),
    seesRestricted: options['sees-restricted'],
  }
  const request = integrationCalls['add-fhir-client'].request.safeParse(given)
  if (!request.success) return complain(request.error, say)
  const { id } = await ask('add-fhir-client', request.data)
  say(id)
  return 0
}

export async function listClients(ask: Ask, say: Say): Promise<number> {
  const { clients } = await ask('fhir-clients', {})
  for (const { id, name, purpose, smartScopes, grants, agreementId, revokedAt } of clients) {
    const sees = grants.map(({ role, scope }) => `${role}@${scope}`).join(' ')
    const state = revokedAt === null ? '' : `  revoked ${revokedAt}`
    say(`${id}  ${name}  for ${purpose}  ${smartScopes.join(' ')}  ${sees}  agreement ${agreementId}${state}`)
  }
  if (clients.length === 0) say('There is no client.')
  return 0
}

type Complaint = {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
}

function complain({ issues }: Complaint, say: Say): number {
  for (const { path, message } of issues) say(`${path.join('.')}: ${message}`)
  return 2
}

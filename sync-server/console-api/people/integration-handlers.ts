import { AppError, instant, newId } from '#app/kernel/index.ts'
import { agreementInForce, agreementState } from '../../access/agreements/in-force.ts'
import type { StoredAgreement, StoredClient } from '../../store/contract.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import type { ConsoleAnswer } from '../protocol/console.ts'
import type { integrationCalls } from '../protocol/integrations.ts'
import { writeDown } from '../write-down.ts'

/** Agreements and machines that ask by FHIR. Nobody is let in without an agreement in force. */
export function integrationHandlers(
  parts: ConsoleParts,
): Pick<ConsoleHandlers, keyof typeof integrationCalls> {
  const { store, clock } = parts
  const { integrations } = store
  const described = (agreement: StoredAgreement) => describeAgreement(agreement, instant(clock))

  return {
    agreements: async () => ({ agreements: (await integrations.agreements()).map(described) }),
    'add-agreement': async (request, caller) => {
      const agreement = { ...request, id: newId(), createdAt: instant(clock), endedAt: null }
      await integrations.saveAgreement(agreement)
      await writeDown(parts, caller, { action: 'add-agreement', ids: [agreement.id] })
      return described(agreement)
    },
    'end-agreement': async ({ id }, caller) => {
      const agreement = await integrations.agreement(id)
      if (agreement === null) throw new AppError('request.invalid', { place: 'id' })
      const ended = { ...agreement, endedAt: agreement.endedAt ?? instant(clock) }
      await integrations.saveAgreement(ended)
      await writeDown(parts, caller, { action: 'end-agreement', ids: [id] })
      return described(ended)
    },
    'fhir-clients': async () => ({ clients: (await integrations.clients()).map(describeClient) }),
    'add-fhir-client': async (request, caller) => {
      if ((await agreementInForce(store, request.agreementId, instant(clock))) === null)
        throw new AppError('request.invalid', { place: 'agreementId' })
      const client = { ...request, id: newId(), createdAt: instant(clock), revokedAt: null }
      await integrations.saveClient(client)
      await writeDown(parts, caller, { action: 'add-fhir-client', ids: [client.id] })
      return describeClient(client)
    },
    'revoke-fhir-client': async ({ id }, caller) => {
      const client = await integrations.client(id)
      if (client === null) throw new AppError('request.invalid', { place: 'id' })
      const revoked = { ...client, revokedAt: client.revokedAt ?? instant(clock) }
      await integrations.saveClient(revoked)
      await integrations.endTokens(id)
      await writeDown(parts, caller, { action: 'revoke-fhir-client', ids: [id] })
      return describeClient(revoked)
    },
  }
}

function describeAgreement(stored: StoredAgreement, at: string): ConsoleAnswer<'add-agreement'> {
  const { document, ...agreement } = stored
  const { title, sha256 } = document
  const state = agreementState(stored, at)
  return { ...agreement, document: { title, ...(sha256 === undefined ? {} : { sha256 }) }, state }
}

function describeClient(client: StoredClient): ConsoleAnswer<'add-fhir-client'> {
  const { id, agreementId, name, purpose, smartScopes, grants, seesRestricted, createdAt, revokedAt } = client
  const about = { agreementId, name, purpose, seesRestricted, createdAt, revokedAt }
  return { id, ...about, smartScopes: [...smartScopes], grants: [...grants] }
}

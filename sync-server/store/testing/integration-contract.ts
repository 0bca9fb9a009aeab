import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { StoredAgreement, StoredClient } from '../contract.ts'
import type { Subject } from './store-contract.ts'
import { at } from './samples.ts'

const later = '2026-01-05T08:05:00.000Z'

export function sampleAgreement(): StoredAgreement {
  return {
    id: newId(),
    kind: 'baa',
    parties: { ours: 'Synthetic Clinic', theirs: 'Synthetic Analytics' },
    document: { title: 'Contract 17' },
    from: '2026-01-01',
    until: '2026-12-31',
    createdAt: at,
    endedAt: null,
  }
}

export function sampleClient({ id }: StoredAgreement): StoredClient {
  return {
    id: newId(),
    agreementId: id,
    name: 'Reporting',
    purpose: 'operations',
    keys: { jwksUrl: 'https://client.example/jwks' },
    smartScopes: ['system/Patient.rs'],
    grants: [{ role: 'coordinator', scope: 'org' }],
    seesRestricted: false,
    createdAt: at,
    revokedAt: null,
  }
}

export function integrationContract({ store }: Subject): void {
  describe('integrations', () => {
    test('agreements and clients come back as they were saved, and are replaced by id', async () => {
      const { integrations } = store()
      const agreement = sampleAgreement()
      const client = sampleClient(agreement)
      await integrations.saveAgreement(agreement)
      await integrations.saveClient(client)
      expect(await integrations.agreement(agreement.id)).toEqual(agreement)
      expect(await integrations.client(client.id)).toEqual(client)
      expect(await integrations.client(newId())).toBeNull()

      const ended = { ...agreement, until: null, endedAt: later }
      const revoked = { ...client, name: 'Reports', revokedAt: later }
      await integrations.saveAgreement(ended)
      await integrations.saveClient(revoked)
      expect(await integrations.agreements()).toEqual([ended])
      expect(await integrations.clients()).toEqual([revoked])
    })

    test('a client without an agreement is not kept', async () => {
      const { integrations } = store()
      await expect(integrations.saveClient(sampleClient(sampleAgreement()))).rejects.toThrow()
      expect(await integrations.clients()).toEqual([])
    })

    test('tokens are found by their hash until they end or are forgotten', async () => {
      const { integrations } = store()
      const agreement = sampleAgreement()
      const [one, two] = [sampleClient(agreement), sampleClient(agreement)]
      await integrations.saveAgreement(agreement)
      for (const client of [one, two]) await integrations.saveClient(client)
      const token = (tokenHash: string, clientId: string) => ({
        tokenHash,
        clientId,
        smartScopes: ['system/Patient.rs', 'system/Observation.rs'],
        createdAt: at,
        expiresAt: later,
      })
      for (const [hash, { id }] of [['a', one] as const, ['b', two] as const, ['c', two] as const])
        await integrations.saveToken(token(hash, id))
      expect(await integrations.token('a')).toEqual(token('a', one.id))
      await integrations.endTokens(two.id)
      expect([await integrations.token('b'), await integrations.token('c')]).toEqual([null, null])
      await integrations.forgetExpired(at)
      expect(await integrations.token('a')).not.toBeNull()
      await integrations.forgetExpired(later)
      expect(await integrations.token('a')).toBeNull()
    })

    test('an assertion serves once for each client, however many bring it at a time', async () => {
      const { integrations } = store()
      const [one, two] = [newId(), newId()]
      const used = await Promise.all(
        Array.from({ length: 8 }, () => integrations.useAssertion(one, 'jti', later)),
      )
      expect(used.filter(Boolean)).toHaveLength(1)
      expect(await integrations.useAssertion(two, 'jti', later)).toBe(true)
      await integrations.forgetExpired(later)
      expect(await integrations.useAssertion(one, 'jti', later)).toBe(true)
    })

    test('a ticket is read by who it was sealed for, and by nobody when it was changed', async () => {
      const { integrations } = store()
      const [one, two] = [newId(), newId()]
      const sealed = await integrations.sealTicket(one, { after: 'x' })
      expect(sealed).toMatch(/^[\w-]+$/)
      expect(await integrations.openTicket(one, sealed)).toEqual({ after: 'x' })
      expect(await integrations.openTicket(two, sealed)).toBeNull()
      const changed = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`
      expect(await integrations.openTicket(one, changed)).toBeNull()
      expect(await integrations.openTicket(one, '')).toBeNull()
    })
  })
}

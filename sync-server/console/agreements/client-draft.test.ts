import { describe, expect, it } from 'vitest'
import { derivedId } from '#app/kernel/index.ts'
import { clientRequestOf, newClient, problemWith } from './client-draft.ts'

const key = { kty: 'EC', crv: 'P-384', x: 'x'.repeat(64), y: 'y'.repeat(64) }
const draft = {
  ...newClient,
  name: 'Reports',
  agreementId: derivedId('agreement'),
  purpose: 'operations',
  smartScopes: ['system/Patient.rs'],
  scopes: ['org'],
  jwksUrl: 'https://reports.example/jwks',
}

describe('a machine that is being registered', () => {
  it('gives its keys by their address, or as a set', () => {
    expect(clientRequestOf(draft).data).toMatchObject({
      keys: { jwksUrl: 'https://reports.example/jwks' },
      grants: [{ role: 'integration', scope: 'org' }],
    })
    const byset = { ...draft, keysBy: 'set', jwks: JSON.stringify({ keys: [key] }) } as const
    expect(clientRequestOf(byset).data?.keys).toEqual({ jwks: { keys: [key] } })
  })

  it('lacks what was not filled in yet, and is told only what is wrong', () => {
    expect(clientRequestOf(newClient).success).toBe(false)
    expect([problemWith(newClient, 'smartScopes'), problemWith(newClient, 'keys')]).toEqual([null, null])
    expect(problemWith({ ...draft, smartScopes: ['patient/*.rs'] }, 'smartScopes')).toMatch(/system/)
    expect(problemWith({ ...draft, jwksUrl: 'http://reports.example/jwks' }, 'keys')).toMatch(/https/)
    const pasted = (jwks: string) => problemWith({ ...draft, keysBy: 'set', jwks }, 'keys')
    expect(pasted('{"keys":')).toMatch(/public keys/)
    expect(pasted(JSON.stringify({ keys: [{ ...key, d: 'd'.repeat(64) }] }))).toMatch(/public keys/)
    expect(pasted(JSON.stringify({ keys: [key] }))).toBeNull()
  })
})

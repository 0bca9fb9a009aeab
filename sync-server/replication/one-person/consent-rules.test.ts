import { describe, expect, it } from 'vitest'
import { blankOf, derivedId } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { StoredDocument } from '../../store/contract.ts'
import { draft } from '../../testing/test-device.ts'
import { mostRestrictive } from './consent-rules.ts'

const orgId = derivedId('organisation')

function consent(name: string, data: Readonly<Record<string, unknown>>): StoredDocument {
  const given = { category: 'communication', provision: 'permit', status: 'active', ...data }
  const doc = draft('consent', orgId, { ...blankOf(modules.consents), ...given }, derivedId(name))
  return {
    collection: 'clinical',
    id: doc.id,
    seq: 1,
    scopes: [],
    conflicts: [],
    body: { doc, stamps: {}, feeds: {} },
  }
}

function changesOf(one: StoredDocument, other: StoredDocument) {
  const forth = mostRestrictive([one], [other])
  expect(mostRestrictive([other], [one])).toEqual(forth)
  return [forth.get(one.id), forth.get(other.id)]
}

describe('two consents of one person', () => {
  it('end the permission where the other forbids', () => {
    const permit = consent('permit', {})
    expect(changesOf(permit, consent('deny', { provision: 'deny' }))).toEqual([
      { status: 'inactive' },
      undefined,
    ])
  })

  it('keep what both name; an empty list names everything', () => {
    const wide = consent('wide', { channels: ['email', 'phone'], purposes: [] })
    const narrow = consent('narrow', { channels: ['phone', 'sms'], purposes: ['treatment'] })
    expect(changesOf(wide, narrow)).toEqual([
      { channels: ['phone'], purposes: ['treatment'] },
      { channels: ['phone'] },
    ])
  })

  it('end both where they have nothing in common', () => {
    const [one, other] = [consent('one', { channels: ['email'] }), consent('other', { channels: ['phone'] })]
    expect(changesOf(one, other)).toEqual([{ status: 'inactive' }, { status: 'inactive' }])
  })

  it('leave alone what is of another category, not in force, or forbidden by both', () => {
    const permit = consent('permit', {})
    const deny = consent('deny', { provision: 'deny' })
    for (const other of [
      consent('other', { category: 'treatment', provision: 'deny' }),
      consent('over', { provision: 'deny', status: 'inactive' }),
    ])
      expect(changesOf(permit, other)).toEqual([undefined, undefined])
    expect(changesOf(deny, consent('again', { provision: 'deny' }))).toEqual([undefined, undefined])
  })

  it('narrow on, where there are three', () => {
    const one = consent('one', { channels: ['email', 'phone', 'sms'] })
    const others = [
      consent('two', { channels: ['email', 'phone'] }),
      consent('three', { channels: ['phone', 'sms'] }),
    ]
    expect(mostRestrictive([one], others).get(one.id)).toMatchObject({ channels: ['phone'] })
  })
})

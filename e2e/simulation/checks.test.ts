import { describe, expect, it } from 'vitest'
import { differences, lostEdits } from './checks.ts'
import type { ReplicaContent } from './journal.ts'
import { sampleEntry as entry } from './sample-entry.ts'

function content(
  documents: Readonly<Record<string, string>>,
  quarantine: readonly string[] = [],
): ReplicaContent {
  return { login: 'carla', documents: new Map(Object.entries(documents)), quarantine }
}

describe('what the simulation finds', () => {
  it('finds a record that is missing, left over or other', () => {
    const reference = content({ 'cases/a': '{"subject":"x"}', 'cases/b': '{}' })
    expect(differences(reference, reference)).toEqual([])
    expect(differences(content({ 'cases/a': '{"subject":"x"}' }), reference)).toHaveLength(1)
    expect(differences(content({ 'cases/a': '{"subject":"y"}', 'cases/b': '{}' }), reference)).toHaveLength(1)
    expect(
      differences(content({ 'cases/a': '{"subject":"x"}', 'cases/b': '{}', c: '{}' }), reference),
    ).toHaveLength(1)
  })

  it('finds an acknowledged edit that is nowhere', () => {
    expect(lostEdits([entry], [entry], [content({ 'cases/a': '{"subject":"other"}' })])).toHaveLength(1)
  })

  it('accepts an edit that is in the document, its ledger or the quarantine, or was replaced by who saw it', () => {
    expect(
      lostEdits([entry], [entry], [content({ 'cases/a': '{"conflicts":[{"losing":"client1-1"}]}' })]),
    ).toEqual([])
    expect(lostEdits([entry], [entry], [content({}, ['{"subject":"client1-1"}'])])).toEqual([])
    const later = { ...entry, number: 2, seen: 'client1-1', written: 'client1-2' }
    expect(lostEdits([entry], [entry, later], [content({})])).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Json, Stamp } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { StoredBody, StoredDocument } from '../../store/contract.ts'
import type { FeedActor, Ownership } from '../actor.ts'
import { nobodyElses } from '../care-teams.ts'
import { decideFeed } from './decide-feed.ts'
import type { FeedDecision } from './decide-feed.ts'

const now = '2026-03-02T10:00:00.000Z'
const [orgId, siteId, feedId, id] = [newId(), newId(), newId(), newId()]
const module = modules.patients

function actor(ownership: Ownership = 'shared', grant: string = `site:${siteId}`): FeedActor {
  const from = '2020-01-01T00:00:00.000Z'
  const grants = [{ id: newId(), userId: feedId, role: 'feed' as const, scope: grant, from, until: null }]
  const subject = { id: feedId, orgId, grants }
  return { type: 'feed', feedId, messageId: newId(), at: now, subject, ownership: () => ownership }
}

const parts = { given: ['Ann'], prefix: [], suffix: [] }
const name = { key: 'official', use: 'official', family: 'Doe', representation: 'A', ...parts }
const created = {
  names: [name],
  siteIds: [siteId],
}

type Said = { readonly set: Readonly<Record<string, Json>>; readonly create?: Readonly<Record<string, Json>> }

function say(said: Said, current: StoredDocument | null, by: FeedActor = actor()): FeedDecision {
  return decideFeed({
    module,
    write: { module: 'patients', id, ...said },
    current,
    actor: by,
    now,
    exists: () => true,
    teamsOf: nobodyElses,
  })
}

function bodyOf(decision: FeedDecision): StoredBody {
  if (decision.outcome === 'refused' || decision.body === null) throw new Error(JSON.stringify(decision))
  return decision.body
}

function storedAs(body: StoredBody): StoredDocument {
  return { collection: 'patients', id, seq: 1, scopes: body.doc.scopes, body, conflicts: [] }
}

/** The patient as the feed made it, then edited by a person. */
function edited(change: Readonly<Record<string, unknown>>, by: FeedActor = actor()): StoredDocument {
  const body = bodyOf(say({ set: { note: 'Walks with a stick' }, create: created }, null, by))
  const stamp: Stamp = { at: now, by: newId(), origin: 'person' }
  const stamps = Object.fromEntries(Object.keys(change).map((name) => [name, stamp]))
  return storedAs({ ...body, doc: { ...body.doc, ...change }, stamps: { ...body.stamps, ...stamps } })
}

describe('a write of a feed', () => {
  it('makes a document whose fields say where they came from', () => {
    const by = actor()
    const decision = say({ set: { note: 'Walks with a stick' }, create: created }, null, by)
    expect(decision.outcome).toBe('created')
    const { doc, feeds } = bodyOf(decision)
    expect(doc.sources['note']).toEqual({ at: now, by: feedId, origin: 'feed', message: by.messageId })
    expect(Object.keys(doc.sources).toSorted()).toEqual(['names', 'note', 'siteIds'])
    expect(doc.scopes).toEqual([`site:${siteId}`])
    expect(feeds).toEqual({ [feedId]: { note: 'Walks with a stick' } })
  })

  it('refuses to make what its grants, its schema or its rights do not cover', () => {
    expect(say({ set: {} }, null)).toMatchObject({ outcome: 'refused', code: 'sync.not-visible' })
    expect(say({ set: {}, create: { siteIds: [siteId] } }, null)).toMatchObject({
      code: 'sync.invalid',
      field: 'names',
    })
    expect(say({ set: { invented: 1 }, create: created }, null)).toMatchObject({ field: 'invented' })
    const elsewhere = actor('shared', `site:${newId()}`)
    expect(say({ set: {}, create: created }, null, elsewhere)).toMatchObject({ code: 'access.forbidden' })
  })

  it('says nothing by repeating itself', () => {
    const by = actor()
    const current = storedAs(bodyOf(say({ set: { note: 'Walks with a stick' }, create: created }, null, by)))
    expect(say({ set: { note: 'Walks with a stick' } }, current)).toEqual({
      outcome: 'unchanged',
      body: null,
    })
  })

  it.each(['feed', 'rounds', 'shared'] as const)(
    'never undoes a correction by repeating itself (%s)',
    (owner) => {
      const current = edited({ note: 'Walks unaided' })
      expect(say({ set: { note: 'Walks with a stick' } }, current, actor(owner)).outcome).toBe('unchanged')
    },
  )

  it('wins over a local edit where the sender owns the field, and keeps the edit in the ledger', () => {
    const decision = say(
      { set: { note: 'In a wheelchair' } },
      edited({ note: 'Walks unaided' }),
      actor('feed'),
    )
    expect(bodyOf(decision).doc['note']).toBe('In a wheelchair')
    expect(decision).toMatchObject({
      outcome: 'changed',
      changed: ['note'],
      waiting: ['note'],
      conflicts: [{ losing: 'Walks unaided', winning: 'In a wheelchair', lost: { origin: 'person' } }],
    })
  })

  it('waits in the ledger where the field is ours', () => {
    const decision = say(
      { set: { note: 'In a wheelchair' } },
      edited({ note: 'Walks unaided' }),
      actor('rounds'),
    )
    expect(bodyOf(decision).doc['note']).toBe('Walks unaided')
    expect(decision).toMatchObject({
      changed: [],
      waiting: ['note'],
      conflicts: [{ losing: 'In a wheelchair', winning: 'Walks unaided', lost: { origin: 'feed' } }],
    })
  })

  it('merges by the rule where both may write', () => {
    const both = say({ set: { note: 'In a wheelchair' } }, edited({ note: 'Walks unaided' }))
    expect(both).toMatchObject({ changed: ['note'], conflicts: [{ losing: 'Walks unaided' }] })
    const one = say({ set: { note: 'In a wheelchair' } }, edited({ pronouns: 'she/her' }))
    expect(one).toMatchObject({ changed: ['note'], conflicts: [] })
  })

  it('has seen what no person wrote before its first word on a field', () => {
    const first = say({ set: { pronouns: 'he/him' } }, edited({}))
    expect(first).toMatchObject({ changed: ['pronouns'], conflicts: [] })
    const against = say({ set: { pronouns: 'he/him' } }, edited({ pronouns: 'she/her' }))
    expect(against).toMatchObject({ changed: ['pronouns'], conflicts: [{ losing: 'she/her' }] })
  })

  it('remembers the echo of our own edit, which is no conflict', () => {
    const current = edited({ note: 'Walks unaided' })
    const echo = say({ set: { note: 'Walks unaided' } }, current)
    expect(echo).toMatchObject({
      outcome: 'unchanged',
      body: { feeds: { [feedId]: { note: 'Walks unaided' } } },
    })
    // What the feed said before the echo is news again.
    expect(say({ set: { note: 'Walks with a stick' } }, storedAs(bodyOf(echo))).outcome).toBe('changed')
  })

  it('takes null for "stated to be empty", and absence for nothing', () => {
    const current = edited({})
    expect(bodyOf(say({ set: { note: null } }, current)).doc['note']).toBeNull()
    expect(bodyOf(say({ set: { pronouns: 'he/him' } }, current)).doc['note']).toBe('Walks with a stick')
  })
})

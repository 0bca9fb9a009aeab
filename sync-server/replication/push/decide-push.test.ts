import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { permissionFor } from '#app/access/index.ts'
import { blankOf, newId, sameJson } from '#app/kernel/index.ts'
import type { AnyDocument, Role } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { formatRev } from '#app/protocol/index.ts'
import { draft } from '../../testing/test-device.ts'
import type { StoredDocument } from '../../store/contract.ts'
import type { PersonActor } from '../actor.ts'
import { nobodyElses } from '../care-teams.ts'
import { decidePush } from './decide-push.ts'
import type { Decision, PushQuestion } from './push-question.ts'
import { viewOf } from '../view.ts'

const now = '2026-03-02T10:00:00.000Z'
const [orgId, siteId, territoryId, id] = [newId(), newId(), newId(), newId()]
const module = modules.accounts

function actorAs(role: Role): PersonActor {
  const userId = newId()
  const grant = { id: newId(), userId, role, scope: 'org', from: '2020-01-01T00:00:00.000Z', until: null }
  return { type: 'person', userId, deviceId: newId(), subject: { id: userId, orgId, grants: [grant] } }
}

const data = { ...blankOf(module), name: 'Riverside', type: 'clinic', siteIds: [siteId], territoryId }

function stored(change: Readonly<Record<string, unknown>> = {}): StoredDocument {
  const doc = { ...draft('account', orgId, { ...data, ...change }, id), scopes: [`site:${siteId}`] }
  return {
    collection: 'accounts',
    id,
    seq: 7,
    scopes: doc.scopes,
    body: { doc, stamps: {}, feeds: {} },
    conflicts: [],
  }
}

function seenBy(actor: PersonActor, document: StoredDocument): AnyDocument {
  const view = viewOf({ subject: actor.subject, at: now, incarnation: 'life' }, document)
  if (view === null || !('kind' in view)) throw new Error('not visible')
  return view
}

type Asked = Partial<PushQuestion> & Pick<PushQuestion, 'actor' | 'view'>

function decide(asked: Asked): Decision {
  const current = stored()
  const base = current.body.doc
  const asks = () => null
  const beyondReach = () => false
  const rest = {
    module,
    rev: asked.view.rev,
    edit: newId(),
    current,
    base,
    fromAnotherLife: false,
    unsure: false,
    now,
    asks,
    beyondReach,
    teamsOf: nobodyElses,
  }
  return decidePush({ ...rest, parent: () => 'here', ...asked })
}

function docOf(decision: Decision): AnyDocument {
  if (!('body' in decision)) throw new Error(JSON.stringify(decision))
  return decision.body.doc
}

describe('an edit of a copy that was put back', () => {
  const actor = actorAs('supervisor')
  const view = { ...seenBy(actor, stored()), name: 'Riverside West' }
  const asked = { actor, view, base: stored().body.doc, current: stored({ note: 'Written meanwhile' }) }

  it('asserts nothing that its author did not touch', () => {
    const decision = decide({ ...asked, unsure: true })
    expect(docOf(decision)).toMatchObject({ name: 'Riverside West', note: 'Written meanwhile' })
  })

  it('puts what it takes the place of into the ledger, though only one side seems to have changed it', () => {
    expect(decide({ ...asked, unsure: false })).toMatchObject({ conflicts: [] })
    expect(decide({ ...asked, unsure: true })).toMatchObject({
      conflicts: [{ field: 'name', losing: 'Riverside', winning: 'Riverside West' }],
    })
  })

  it('names no version that both sides started from: nobody knows it', () => {
    const rev = 'b1f0.7.77aa'
    const current = stored({ name: 'Riverside East' })
    const baseIn = (decision: Decision) =>
      ('conflicts' in decision ? decision.conflicts : []).map((one) => one.base)
    expect(baseIn(decide({ ...asked, rev, current, unsure: false }))).toEqual(['b1f0.7'])
    expect(baseIn(decide({ ...asked, rev, current, unsure: true }))).toEqual([undefined])
    expect(baseIn(decide({ ...asked, rev, current, base: 'unknown', unsure: false }))).toContain(undefined)
  })
})

describe('a copy from before a backup was put back', () => {
  const actor = actorAs('supervisor')
  const stamp = { at: now, by: 'somebody', origin: 'person' } as const
  const entry = { id: newId(), losing: 'A', winning: 'B', lost: stamp, won: stamp, state: 'open' } as const
  const open = { ...entry, field: 'note', waits: false }
  const view = { ...seenBy(actor, stored()), conflicts: [open] }
  const asked = { actor, view, base: 'unknown' as const }

  it('brings back the open entries of the ledger, in the name of who brings them', () => {
    const decision = decide({ ...asked, fromAnotherLife: true })
    expect(decision).toMatchObject({
      outcome: 'applied',
      conflicts: [{ field: 'note', losing: 'A', winning: 'B', lost: { by: actor.userId }, state: 'open' }],
    })
    const conflicts = 'conflicts' in decision ? decision.conflicts : []
    expect(conflicts.map(({ id }) => id)).not.toContain(open.id)
    const again = decide({ ...asked, fromAnotherLife: true, current: { ...stored(), conflicts } })
    expect(again).toEqual({ outcome: 'unchanged' })
  })

  it('adds nothing to the ledger of this life, and nothing of what its author may not write', () => {
    expect(decide({ ...asked, fromAnotherLife: false })).toEqual({ outcome: 'unchanged' })
    const coordinator = actorAs('coordinator')
    expect(decide({ ...asked, actor: coordinator, fromAnotherLife: true })).toEqual({ outcome: 'unchanged' })
  })
})

describe('a decision', () => {
  it('reads what the author said through the projection of their rev', () => {
    const given = { ...blankOf(modules.cases), subject: 'Transport', category: 'other', siteId }
    const doc = { ...draft('case', orgId, given, id), scopes: [`site:${siteId}`] }
    const body = { doc, stamps: {}, feeds: {} }
    const current = { collection: 'cases' as const, id, seq: 7, scopes: doc.scopes, body, conflicts: [] }
    const actor = actorAs('supervisor')
    // Written as an account manager, who does not see the subject; promoted before the push.
    const { projection } = permissionFor(actorAs('account-manager').subject, modules.cases, ['org'], now)
    const rev = formatRev({ incarnation: 'life', seq: 7, projection })
    const seen = seenBy(actorAs('account-manager'), current)
    const asked = { module: modules.cases, actor, current, base: doc, rev }
    expect(docOf(decide({ ...asked, view: { ...seen, priority: 'high' } }))).toMatchObject({
      subject: 'Transport',
    })
    const guessed = decide({ ...asked, view: { ...seen, subject: 'Guessed' } })
    expect(guessed).toEqual({ outcome: 'refused', code: 'sync.refused-field', field: 'subject' })
  })

  it('refuses a change of what the role reads but may not write', () => {
    const actor = actorAs('coordinator')
    const view = { ...seenBy(actor, stored()), note: 'Not hers to write' }
    expect(decide({ actor, view })).toEqual({ outcome: 'refused', code: 'sync.refused-field', field: 'note' })
  })

  it('does not blame the author for what changed while the base is not known', () => {
    const actor = actorAs('coordinator')
    const view = { ...seenBy(actor, stored()), tags: ['new'] }
    const decision = decide({ actor, view, base: 'unknown', current: stored({ note: 'Written by another' }) })
    expect(docOf(decision)).toMatchObject({ note: 'Written by another', tags: ['new'] })
  })

  it('leaves nothing silently behind where the base is not known', () => {
    const actor = actorAs('supervisor')
    const view = { ...seenBy(actor, stored()), name: 'Riverside West' }
    const decision = decide({ actor, view, base: 'unknown', current: stored({ name: 'Riverside East' }) })
    expect(decision).toMatchObject({
      conflicts: [{ field: 'name', losing: 'Riverside East', winning: 'Riverside West' }],
    })
  })

  it('is the same for the same question', () => {
    const actor = actorAs('supervisor')
    const asked = { actor, view: { ...seenBy(actor, stored()), name: 'Riverside West' }, edit: newId() }
    const current = stored({ name: 'Riverside East' })
    expect(decide({ ...asked, current })).toEqual(decide({ ...asked, current }))
  })

  it('keeps every value that it does not let through, and changes only what may be written', () => {
    const texts = fc.record(
      {
        name: fc.constantFrom('A', 'B'),
        note: fc.constantFrom('A', 'B', null),
        status: fc.constantFrom('active', 'prospect'),
      },
      { requiredKeys: [] },
    )
    const roles = fc.constantFrom<Role>('coordinator', 'account-manager', 'supervisor')
    fc.assert(
      fc.property(roles, texts, texts, (role, mine, theirs) => {
        const actor = actorAs(role)
        const current = stored(theirs)
        const decision = decide({ actor, view: { ...seenBy(actor, stored()), ...mine }, current })
        if (!('body' in decision)) return
        const { write } = permissionFor(actor.subject, module, current.scopes, now)
        for (const [name, before] of Object.entries(data)) {
          const after = decision.body.doc[name]
          const was = current.body.doc[name]
          if (sameJson(after, was)) continue
          expect(write.has(name)).toBe(true)
          // Overwritten: either the author saw it, or it lies in the ledger.
          const kept = decision.conflicts.some(({ field, losing }) => field === name && sameJson(losing, was))
          expect(sameJson(was, before) || kept).toBe(true)
        }
      }),
    )
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { permissionFor } from '#app/access/index.ts'
import type { Grant } from '#app/access/index.ts'
import { derivedId } from '#app/kernel/index.ts'
import type { Scope } from '#app/kernel/index.ts'
import { allModules } from '#app/modules/index.ts'
import { chooseReaders } from './live-pages.ts'
import type { PushedTogether } from './live-pages.ts'
import { Listeners } from './listeners.ts'
import type { Listener } from './listeners.ts'

const at = '2026-03-11T12:00:00.000Z'
const sites: readonly Scope[] = ['org', `site:${derivedId('a')}`, `site:${derivedId('b')}`]

function listener(number: number, scopes: readonly Scope[], rightsAt = 1): Listener {
  const id = derivedId('user', number)
  const grants = scopes.map((scope): Grant => {
    return { id: derivedId(number, scope), userId: id, role: 'coordinator', scope, from: at, until: null }
  })
  const subject = { id, orgId: derivedId('org'), grants }
  const expiresAt = '2026-03-12T00:00:00.000Z'
  const deviceId = derivedId('device', number)
  return { userId: id, deviceId, subject, expiresAt, epoch: 'e', collections: ['cases'], rightsAt }
}

test('nobody whom a document does not concern can see it, whoever came and went', () => {
  const crowd = fc.array(fc.record({ scopes: fc.subarray([...sites]), stays: fc.boolean() }), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(crowd, fc.subarray([...sites]), (people, scopes) => {
      const listeners = new Listeners()
      const all = people.map((person, number) => listener(number, person.scopes))
      for (const one of all) listeners.add(one)
      for (const [number, one] of all.entries()) if (people[number]?.stays === false) listeners.remove(one)
      const here = all.filter((_, number) => people[number]?.stays)
      expect(listeners.size).toBe(here.length)
      for (const one of here) expect(listeners.wasHereAt(one, listeners.arrivals)).toBe(true)
      const concerned = listeners.concernedBy(scopes)
      for (const one of all) if (concerned.has(one)) expect(here).toContain(one)
      for (const one of here) {
        const sees = allModules.some((module) => permissionFor(one.subject, module, scopes, at).visible)
        if (sees) expect(concerned.has(one)).toBe(true)
      }
    }),
  )
})

test('who is looked at again has come anew: what was chosen before does not speak of them', () => {
  const listeners = new Listeners()
  const [before, after] = [listener(1, ['org']), listener(1, ['org'])]
  listeners.add(before)
  const { arrivals } = listeners
  listeners.remove(before)
  listeners.add(after)
  expect(listeners.wasHereAt(after, arrivals)).toBe(false)
  expect(listeners.wasHereAt(before, arrivals)).toBe(false)
  expect(listeners.wasHereAt(after, listeners.arrivals)).toBe(true)
})

test.each([
  [64, 64],
  [65, 0],
])('%i who see a document are shown it to %i of them, each on record once', async (count, shown) => {
  const scope = sites[1] ?? 'org'
  const listeners = new Listeners()
  for (let number = 0; number < count; number += 1) listeners.add(listener(number, [scope]))
  const staged: string[] = []
  const tx = {
    accessNumber: async () => 1,
    stage: (write: { type: string }) => void staged.push(write.type),
  }
  const { shown: readers } = await chooseReaders(tx, pushedIn(scope), listeners)
  expect([...readers.values()].filter((documents) => documents !== null)).toHaveLength(shown)
  expect(staged).toEqual(Array.from({ length: shown }, () => 'audit'))
})

test('who pushed is shown what others pushed with the same commit, and not what the answer brings', async () => {
  const scope = sites[1] ?? 'org'
  const listeners = new Listeners()
  const [writer, other] = [listener(1, [scope]), listener(2, [scope])]
  for (const one of [writer, other]) listeners.add(one)
  const [mine, theirs] = [pushedIn(scope, writer.deviceId, 'mine'), pushedIn(scope, other.deviceId, 'theirs')]
  const tx = { accessNumber: async () => 1, stage: () => {} }
  const together = { ...mine, outcomes: [...mine.outcomes, ...theirs.outcomes] }
  const { shown } = await chooseReaders(tx, together, listeners)
  expect(shown.get(writer)?.map(({ id }) => id)).toEqual([derivedId('theirs')])
  expect(shown.get(other)?.map(({ id }) => id)).toEqual([derivedId('mine')])
})

function pushedIn(scope: Scope, deviceId = derivedId('writer'), name = 'case'): PushedTogether {
  const stamp = { at, by: derivedId('user'), origin: 'person' } as const
  const doc = {
    id: derivedId(name),
    kind: 'case',
    orgId: derivedId('org'),
    rev: '',
    edit: '',
    scopes: [scope],
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: {},
    sources: {},
    conflicts: [],
  }
  const state = {
    collection: 'cases' as const,
    id: doc.id,
    seq: 0,
    scopes: [scope],
    body: { doc, stamps: {}, feeds: {} },
    conflicts: [],
  }
  const outcome = { deviceId, answers: new Map(), left: [state], departed: false }
  return { at, incarnation: 'life', outcomes: [outcome] }
}

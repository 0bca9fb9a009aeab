import { expect, test } from 'vitest'
import type { CollectionName } from '#app/kernel/index.ts'
import { newId } from '#app/kernel/index.ts'
import type { PullAnswer } from '#app/protocol/index.ts'
import { FirstLoad } from './first-load.ts'

const names: readonly CollectionName[] = ['patients', 'cases']

function page(documents: number, remaining: number): PullAnswer {
  const tombstones = Array.from({ length: documents }, () => ({
    id: newId(),
    rev: 'i.1.p',
    _deleted: true as const,
  }))
  const checkpoint = { epoch: 'e', mode: 'walk' as const, cursor: '', until: 0, seq: 0 }
  return { documents: tombstones, checkpoint, more: remaining > 0, remaining, asked: [] }
}

const told = {
  collections: [
    { collection: 'patients' as const, documents: 300, bytes: 600_000 },
    { collection: 'cases' as const, documents: 100, bytes: 100_000 },
  ],
}

test('what has not begun counts with the size that the server told, what has begun by its pages', () => {
  const load = new FirstLoad(names, new Set())
  load.pulled('patients', page(50, 200), 0)
  expect(load.progress()).toEqual([
    { collection: 'patients', loaded: 50, total: 250 },
    { collection: 'cases', loaded: 0, total: 0 },
  ])
  expect(load.estimate()).toBeNull()
  load.estimated(told)
  expect(load.progress()?.[1]).toEqual({ collection: 'cases', loaded: 0, total: 100 })
  expect(load.estimate()).toEqual({ documents: 400, bytes: 700_000, secondsLeft: null })
})

test('the time left follows from how fast pages come, over all collections', () => {
  const load = new FirstLoad(names, new Set())
  load.estimated(told)
  load.pulled('patients', page(50, 250), 0)
  load.pulled('patients', page(50, 200), 2000)
  expect(load.estimate()?.secondsLeft).toBe(12)
})

test('a collection that is here keeps its part of the progress, and the last one ends the load', () => {
  const load = new FirstLoad(names, new Set())
  load.pulled('patients', page(300, 0), 0)
  expect(load.landed('patients')).toBe(true)
  expect(load.landed('patients')).toBe(false)
  expect(load.progress()?.[0]).toEqual({ collection: 'patients', loaded: 300, total: 300 })
  expect(load.over()).toEqual(['patients'])
  load.landed('cases')
  expect([load.isOver, load.progress(), load.estimate()]).toEqual([true, null, null])
  expect(load.pulled('cases', page(1, 0), 0)).toBe(false)
})

test('what came before its turn counts once, whether a page brings it again or passes it', () => {
  const load = new FirstLoad(names, new Set())
  const ids = [newId(), newId(), newId()].toSorted()
  const [first = '', second = ''] = ids
  load.estimated(told)
  load.cameFirst('cases', ids, 0)
  expect(load.progress()?.[1]).toEqual({ collection: 'cases', loaded: 3, total: 100 })
  const passes = (cursor: string, more: PullAnswer): PullAnswer => ({
    ...more,
    checkpoint: { ...more.checkpoint, cursor },
  })
  load.pulled('cases', passes(first, page(10, 89)), 0)
  expect(load.progress()?.[1]).toEqual({ collection: 'cases', loaded: 13, total: 100 })
  const again = { id: second, rev: 'i.2.p', _deleted: true as const }
  const { documents, ...rest } = page(20, 68)
  load.pulled('cases', passes(second, { ...rest, documents: [...documents, again] }), 0)
  expect(load.progress()?.[1]).toEqual({ collection: 'cases', loaded: 33, total: 100 })
  load.landed('cases')
  expect(load.cameFirst('cases', ids, 0)).toBe(false)
  expect(load.progress()?.[1]).toEqual({ collection: 'cases', loaded: 33, total: 33 })
})

test('a copy that was filled before has no first load', () => {
  expect(new FirstLoad(names, new Set(names)).progress()).toBeNull()
})

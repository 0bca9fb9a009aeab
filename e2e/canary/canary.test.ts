import { newId } from '#app/kernel/index.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allModules } from '#app/modules/index.ts'
import { codesIn, newCanaries } from './canaries.ts'
import { canaryDocuments, fieldsForCanaries } from './documents.ts'
import { workWithScreens } from './screens.ts'
import type { Memory } from './screens.ts'
import { searchFolder } from './search.ts'
import type { Hit } from './search.ts'
import { tellStory } from './story.ts'
import type { Told } from './story.ts'

// The search of docs/security.md, "What was searched, and how"; on PostgreSQL, too: `npm run canary`.

const LIMIT = 300_000

const nowhere = {
  orgId: newId(),
  userId: newId(),
  siteId: newId(),
  territoryId: newId(),
  anyOf: () => newId(),
}

/** Files by what was found in them: a failure names places, not what stood there. */
const placesOf = (hits: readonly Hit[]) => hits.map(({ where, encoding }) => `${encoding} in ${where}`)

it.each(allModules)('canaries stand in every field of $name that can hold one', (module) => {
  const canaries = newCanaries()
  const held = new Set(canaryDocuments(module, canaries, nowhere).flatMap(({ fields }) => fields))
  expect(fieldsForCanaries(module, canaries).filter((field) => !held.has(field))).toEqual([])
})

describe('with the cipher off', () => {
  it('the search finds every canary in the profile', async () => {
    const told = await tellStory({ sealed: false })
    try {
      const found = new Set((await searchFolder(told.profile)).flatMap(({ codes }) => [...codes]))
      expect(told.atClient.size).toBeGreaterThan(1000)
      expect([...told.atClient].filter((code) => !found.has(code)).map(told.placeOf)).toEqual([])
    } finally {
      await told.end()
    }
  })
})

describe('with the cipher on', () => {
  let told: Told | undefined
  let memory: Memory | undefined
  beforeAll(async () => {
    const withScreens = async (screens: Parameters<typeof workWithScreens>[0]) => {
      memory = await workWithScreens(screens)
    }
    told = await tellStory({ sealed: true, withScreens })
  }, LIMIT)
  afterAll(() => told?.end())

  it('nothing is found in the profile of the browser', async () => {
    expect(placesOf(await searchFolder(told?.profile ?? ''))).toEqual([])
  })

  it('nothing is found in the data folder of the server', async () => {
    expect(placesOf(await searchFolder(told?.dataFolder ?? ''))).toEqual([])
  })

  it('nothing is found in what server and page printed', () => {
    expect([...codesIn(told?.logs ?? '')].map((code) => told?.placeOf(code))).toEqual([])
  })

  it('memory reaches documents and keys before the lock, and none after it', () => {
    expect(memory?.open.canaries).toBeGreaterThan(1000)
    expect(memory?.open.cryptoKeys).toBeGreaterThan(memory?.started.cryptoKeys ?? 0)
    expect(memory?.open.keys).toBeGreaterThan(0)
    // Nothing is left but what a browser has that was just started.
    expect(memory?.started).toMatchObject({ canaries: 0, keys: 0, passphrase: false })
    expect(memory?.locked).toEqual(memory?.started)
    expect(memory?.workersWhenLocked).toBe(0)
  })
})

import { randomInt } from 'node:crypto'
import { expect, it } from 'vitest'
import { simulate } from './simulate.ts'

// The short form. A seed that fails is named in the message; `npm run simulate -- --seed N` runs it again.
const seeds = ['1', String(randomInt(1_000_000))]

it.for(seeds)('loses no edit and converges: seed %s', { timeout: 240_000 }, async (seed) => {
  const { findings, acknowledged } = await simulate({ seed, clients: 3, seconds: 5 })
  expect(findings, `seed ${seed}`).toEqual([])
  expect(acknowledged).toBeGreaterThan(0)
})

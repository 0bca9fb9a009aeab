import { randomInt } from 'node:crypto'
import { expect, it } from 'vitest'
import { campaign } from './campaign.ts'
import { phaseNames } from './phases.ts'

// The short form: one kill in each phase. `npm run kills -- --seed N --kills 200` is the long one.

it('loses nothing that was saved, whatever is under way when the browser is killed', async () => {
  const seed = String(randomInt(1_000_000))
  const result = await campaign({ seed, kills: phaseNames.length, say: () => undefined })
  expect(result, `seed ${seed}`).toMatchObject({ lost: 0, torn: 0, findings: [] })
  // A campaign in which nobody wrote, or nothing was interrupted, proves nothing.
  expect(result.saved, `seed ${seed}`).toBeGreaterThan(0)
  const tallies = Object.values(result.phases)
  expect(tallies.reduce((sum, { inTheMiddle }) => sum + inTheMiddle, 0)).toBeGreaterThan(1)
})

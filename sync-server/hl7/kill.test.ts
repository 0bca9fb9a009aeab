import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { killAgainAndAgain } from './testing/kills.ts'

// `npm run bench -- hl7-kills` does the same a hundred times.

test('kill -9 in the middle of intake: what was acknowledged is there, and applied exactly once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-hl7-kill-'))
  try {
    const { acknowledged, kept, lost, wrong } = await killAgainAndAgain(folder, [1, 6, 13, 20, 28])
    expect({ lost, wrong }).toEqual({ lost: [], wrong: [] })
    expect(acknowledged).toBeGreaterThanOrEqual(68)
    expect(kept).toBeGreaterThanOrEqual(acknowledged)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 120_000)

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { postgresTables } from '../store/testing/postgres-tables.ts'
import { killAgainAndAgain } from './testing/kills.ts'

// `npm run bench -- hl7-kills` does the same a hundred times.

describe.each(['sqlite', 'postgres'] as const)('kill -9 in the middle of intake, on %s', (dialect) => {
  test('what was acknowledged is there, and applied exactly once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rounds-hl7-kill-'))
    const database = dialect === 'postgres' ? await postgresTables() : null
    try {
      const place = { folder, databaseUrl: database?.url }
      const { acknowledged, kept, lost, wrong } = await killAgainAndAgain(place, [1, 6, 13, 20, 28])
      expect({ lost, wrong }).toEqual({ lost: [], wrong: [] })
      expect(acknowledged).toBeGreaterThanOrEqual(68)
      expect(kept).toBeGreaterThanOrEqual(acknowledged)
    } finally {
      await database?.drop()
      await rm(folder, { recursive: true, force: true })
    }
  }, 120_000)
})

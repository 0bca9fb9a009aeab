import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { verifyAudit } from '#sync-server/audit/index.ts'
import type { Subject } from './store-contract.ts'
import { at } from './samples.ts'

export function auditContract({ store, site }: Subject): void {
  describe('audit', () => {
    async function fill(): Promise<void> {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store().audit.append({
            at,
            actor: 'server',
            action: 'pull',
            collection: 'cases',
            facts: { index },
          }),
        ),
      )
    }

    test('entries are kept in a chain that verifies, from pages and from transactions', async () => {
      const [actor, deviceId, ids] = [newId(), newId(), [newId(), newId()]] as const
      expect(await verifyAudit(store())).toEqual({ whole: true, entries: 0 })
      await fill()
      const entry = { at, actor, deviceId, action: 'push', collection: 'cases', ids, outcome: 'ok' } as const
      await store().transaction(async (tx) => {
        tx.stage({ type: 'audit', ...entry })
        tx.stage({ type: 'audit', ...entry, purpose: 'care' })
      })
      const latest = await store().audit.read({ limit: 2 })
      expect(latest).toEqual([
        { seq: 12, ...entry, purpose: 'care' },
        { seq: 11, ...entry },
      ])
      expect(await store().audit.read({ before: 2, limit: 5 })).toMatchObject([
        { seq: 1, facts: { index: 0 } },
      ])
      expect(await verifyAudit(store())).toEqual({ whole: true, entries: 12 })
    })

    const damages = [
      ['an edited entry', `update audit set action = 'other' where seq = 4`, 4, 'broken'],
      [
        'an entry with another time',
        `update audit set at = '2020-01-01T00:00:00.000Z' where seq = 7`,
        7,
        'broken',
      ],
      ['a deleted entry', `delete from audit where seq = 5`, 5, 'broken'],
      ['a deleted first entry', `delete from audit where seq = 1`, 1, 'broken'],
      ['a shortened end', `delete from audit where seq > 8`, 9, 'end'],
    ] as const
    test.each(damages)('%s is found', async (_name, statement, brokenAt, fault) => {
      await fill()
      await site().sql(statement)
      expect(await verifyAudit(store())).toEqual({ whole: false, brokenAt, fault })
    })

    test('two entries that changed places are found', async () => {
      await fill()
      await site().sql(`update audit set seq = -3 where seq = 3`)
      await site().sql(`update audit set seq = 3 where seq = 4`)
      await site().sql(`update audit set seq = 4 where seq = -3`)
      expect(await verifyAudit(store())).toEqual({ whole: false, brokenAt: 3, fault: 'broken' })
    })

    test('a shortened chain whose end was shortened with it is found: the end is authenticated', async () => {
      await fill()
      await site().sql(`delete from audit where seq > 8`)
      await site().sql(`update audit_head set seq = 8, hash = (select hash from audit where seq = 8)`)
      expect(await verifyAudit(store())).toEqual({ whole: false, brokenAt: 8, fault: 'end' })
    })
  })
}

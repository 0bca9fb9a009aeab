import { expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { ConsoleGrant } from '../../console-api/protocol/grants.ts'
import { grantsCsv } from './grants-csv.ts'

test('the export names people and places, quotes what needs it, and starts no formula', () => {
  const [userId, at] = [newId(), '2026-03-02T10:00:00.000Z']
  const grant = {
    id: newId(),
    userId,
    role: 'clinician',
    scope: 'sensitivity:hiv',
    from: at,
    until: null,
  } as const
  const reason = '=cmd, "urgent"'
  const one: ConsoleGrant = {
    grant,
    state: 'holds',
    proposed: { by: 'Sam', at, reason },
    approved: null,
    ended: null,
    byYou: false,
    forYou: false,
  }
  const choices = { users: [{ id: userId, name: 'Clara Voss', login: 'clara' }], places: [] }
  const [head, line, ...rest] = grantsCsv([one], choices).split('\r\n')
  expect(rest).toEqual([])
  expect(head?.split(',')).toHaveLength(15)
  expect(line).toBe(
    `holds,Clara Voss,clinician,May see: HIV,sensitivity:hiv,${at},,Sam,${at},"'=cmd, ""urgent""",,,,,`,
  )
})

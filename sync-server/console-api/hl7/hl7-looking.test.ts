// Looking at feeds and messages, from outside, by an interface analyst and a sync admin.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { newId } from '#app/kernel/index.ts'
import { booking, openInterfaceStage, phiWords, registration } from '../../testing/interface-stage.ts'
import type { InterfaceStage } from '../../testing/interface-stage.ts'
import { consoleCalls, mayCall } from '../protocol/console.ts'
import { hl7Calls } from '../protocol/hl7.ts'

let stage: InterfaceStage

beforeAll(async () => {
  stage = await openInterfaceStage()
  await stage.send(
    registration('R1', 'MR8801'),
    booking('B1', 'MR8801'),
    booking('B2', 'MR8801'),
    booking('B3', 'MR8802'),
  )
})
afterAll(() => stage.server.close())

describe('who may ask what about messages', () => {
  const opened = { sequence: 2 }
  const requests: { readonly [Call in keyof typeof hl7Calls]: object } = {
    'hl7-overview': { hours: 1 },
    'hl7-acknowledge': { cause: newId(), upTo: 1 },
    'hl7-search': { limit: 10 },
    'hl7-message': opened,
    'hl7-open': opened,
    'hl7-written': { sequence: 1 },
    'hl7-dry-run': opened,
    'hl7-correct': { ...opened, lines: ['MSH'] },
    'hl7-decide': { ...opened, patientId: newId() },
    'hl7-force': { sequence: 9_999 },
    'hl7-replay': { sequences: [9_999] },
    'hl7-job': { job: newId() },
    'hl7-cancel': { job: newId() },
    'hl7-feed': { id: newId() },
    'hl7-save-feed': { id: newId(), version: 1, name: 'x', enabled: true, settings: {} },
    'hl7-try': { feedId: newId(), settings: {}, lines: ['MSH'] },
  }
  const calls = z.array(z.enum(Object.keys(hl7Calls) as [keyof typeof hl7Calls])).parse(Object.keys(hl7Calls))

  it('refuses a sync admin every call that shows patients, and tells them nothing by the others', async () => {
    const told: unknown[] = []
    for (const call of calls) {
      const { status, body } = await stage.sam.try(call, requests[call])
      const isRefused = status === 403
      expect([call, isRefused]).toEqual([call, !mayCall(['sync-admin'], call)])
      if (isRefused) expect(body).toMatchObject({ error: { code: 'access.forbidden' } })
      told.push(body)
    }
    const all = JSON.stringify(told)
    for (const word of phiWords) expect(all).not.toContain(word)
    expect(all).toContain('SCH-11')
  })

  it('asks an analyst for a purpose before anything of a patient is shown, and not again', async () => {
    for (const call of calls) {
      const shows = 'shows' in consoleCalls[call]
      const { status, body } = await stage.ivo.try(call, requests[call])
      if (shows)
        expect([call, status, body]).toMatchObject([call, 403, { error: { code: 'access.purpose' } }])
      else expect([call, status]).not.toEqual([call, 403])
    }
    await stage.ivo.ask('state-purpose', { purpose: 'repair', reference: 'INC-7' })
    expect((await stage.ivo.ask('hl7-open', opened)).lines[2]).toContain('Quillfeather')
    const [entry] = (await stage.server.store.audit.read({ limit: 1 })).filter(
      ({ action }) => action === 'hl7-opened',
    )
    expect(entry).toMatchObject({ purpose: 'repair INC-7', ids: [expect.any(String)] })
  })

  it('keeps the number that a sender gave a message from a sync admin, who may look one up', async () => {
    const found = await stage.sam.ask('hl7-search', { limit: 5, controlId: 'B2' })
    expect(found.found).toMatchObject([{ sequence: 3, controlId: null, messageType: 'SIU^S12' }])
    expect((await stage.ivo.ask('hl7-search', { limit: 5, controlId: 'B2' })).found).toMatchObject([
      { controlId: 'B2' },
    ])
  })
})

describe('the picture', () => {
  it('counts what came by how it ended, and tells each cause once', async () => {
    const picture = await stage.sam.ask('hl7-overview', { hours: 1 })
    expect(picture.feeds).toMatchObject([
      { id: stage.feedId, messages: { applied: 1, dead: 3 }, behindSince: null },
    ])
    const ended = Object.groupBy(picture.traffic, ({ outcome }) => outcome)
    const sum = (of: readonly { count: number }[] = []) => of.reduce((total, { count }) => total + count, 0)
    expect([sum(ended.applied), sum(ended.dead)]).toEqual([1, 3])
    expect(picture.alerts).toMatchObject([
      {
        kind: 'waiting',
        state: 'dead',
        count: 3,
        first: 2,
        last: 4,
        reason: { facts: { place: 'SCH-11' } },
        seen: null,
      },
    ])
  })

  it('stays quiet about a cause that somebody has seen, counts on, and tells it anew once it had been gone', async () => {
    const cause = async () => {
      const { alerts } = await stage.sam.ask('hl7-overview', { hours: 1 })
      return alerts.find(({ reason }) => reason.facts['place'] === 'SCH-11')
    }
    const before = await cause()
    await stage.sam.ask('hl7-acknowledge', { cause: before?.cause ?? newId(), upTo: before?.last ?? 0 })
    await stage.send(booking('B4', 'MR8803'))
    expect(await cause()).toMatchObject({ count: 4, seen: { by: 'Sam Whitlock', since: 1 } })
    const { lines } = await stage.ivo.ask('hl7-open', { sequence: 2 })
    const right = lines.map((line) => line.replace('^^30^', '^^30^20260520143000'))
    for (const sequence of [2, 3, 4, 5]) {
      const own = (await stage.ivo.ask('hl7-open', { sequence })).lines
      await stage.ivo.ask('hl7-correct', {
        sequence,
        lines: own.map((line) => line.replace('^^30^', '^^30^20260520143000')),
      })
    }
    await stage.server.hl7.idle()
    expect(right).not.toEqual(lines)
    expect(await cause()).toBeUndefined()
    await stage.send(booking('B5', 'MR8804'))
    expect(await cause()).toMatchObject({ count: 1, seen: null })
  })
})

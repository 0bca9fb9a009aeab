// The settings of a feed, from outside.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD } from '../../seed/index.ts'
import { openConsole } from '../../testing/console-client.ts'
import { openInterfaceStage, registration, settingsIn } from '../../testing/interface-stage.ts'
import type { InterfaceStage } from '../../testing/interface-stage.ts'

let stage: InterfaceStage

beforeAll(async () => {
  stage = await openInterfaceStage()
  await stage.ivo.ask('state-purpose', { purpose: 'repair', reference: '' })
})
afterAll(() => stage.server.close())

describe('the settings of a feed', () => {
  it('are changed by versions, refused where they do not fit, and never over the head of somebody else', async () => {
    const page = await stage.sam.ask('hl7-feed', { id: stage.feedId })
    const settings = settingsIn(page)
    const save = (change: object, version = page.version) =>
      stage.sam.try('hl7-save-feed', {
        id: stage.feedId,
        version,
        name: 'North',
        enabled: true,
        settings: { ...settings, ...change },
      })
    const wrong = await save({ zone: 'Mars/Olympus', senders: [{ application: '', facility: '' }] })
    expect(wrong.body).toMatchObject({ saved: false })
    expect(JSON.stringify(wrong.body)).toMatch(/"zone"[^]*"senders\.0\.|"senders\.0\.[^]*"zone"/)
    expect((await save({ processingIds: ['P'] })).body).toMatchObject({
      saved: true,
      version: page.version + 1,
    })
    const late = await save({ processingIds: ['T'] })
    expect([late.status, late.body]).toMatchObject([409, { error: { code: 'sync.changed-meanwhile' } }])
    const now = await stage.sam.ask('hl7-feed', { id: stage.feedId })
    expect(now).toMatchObject({
      version: page.version + 1,
      name: 'North',
      settings: { processingIds: ['P'] },
    })
    expect(now.former[0]).toMatchObject({ version: page.version, replaced: { by: 'Sam Whitlock' } })
    await expect.poll(() => stage.server.hl7.feeds.byId(stage.feedId)?.settings.processingIds).toEqual(['P'])
  })

  it('send nothing anywhere else at the word of who may not see messages', async () => {
    const page = await stage.sam.ask('hl7-feed', { id: stage.feedId })
    const settings = { ...settingsIn(page), replyTo: { host: 'elsewhere.example', port: 6661 } }
    const change = { id: stage.feedId, version: page.version, name: page.name, enabled: true, settings }
    const refused = await stage.sam.try('hl7-save-feed', change)
    expect([refused.status, refused.body]).toMatchObject([403, { error: { code: 'access.forbidden' } }])
    expect(await stage.ivo.ask('hl7-save-feed', change)).toMatchObject({ saved: true })
    const back = { ...change, version: page.version + 1, settings: { ...settings, replyTo: null } }
    expect((await stage.sam.try('hl7-save-feed', back)).status).toBe(403)
    expect(await stage.ivo.ask('hl7-save-feed', back)).toMatchObject({ saved: true })
  })

  it('are tried on a message: how it is read, mapped and answered, with nothing stored', async () => {
    const page = await stage.ivo.ask('hl7-feed', { id: stage.feedId })
    const settings = settingsIn(page)
    const before = await stage.server.store.inbox.counts()
    const lines = registration('T1', 'MR8890').toString().trim().split('\r')
    const good = await stage.ivo.ask('hl7-try', { feedId: stage.feedId, settings, lines })
    expect(good).toMatchObject({
      sender: 'taken',
      closes: false,
      run: { taken: true, ending: { outcome: 'applied' } },
    })
    expect(good.answers[0]?.[1]).toBe('MSA|AA|T1')
    const testing = lines.map((line) => line.replace('|P|2.5.1', '|T|2.5.1'))
    const refused = await stage.ivo.ask('hl7-try', { feedId: stage.feedId, settings, lines: testing })
    expect(refused.run).toMatchObject({ taken: false, reason: { code: 'hl7.unsupported' } })
    expect(refused.answers[0]?.[1]).toMatch(/^MSA\|AR\|T1/)
    const stranger = await stage.ivo.ask('hl7-try', {
      feedId: stage.feedId,
      settings: { ...settings, senders: [{ application: 'LAB', facility: 'X' }], unsupported: 'park' },
      lines,
    })
    expect(stranger).toMatchObject({ sender: 'not of this feed', run: { taken: false } })
    expect(stranger.answers[0]?.[1]).toBe('MSA|AA|T1')
    expect(await stage.server.store.inbox.counts()).toEqual(before)
    expect(await stage.patientsWith('MR8890')).toEqual([])
  })

  it('tells of a feed that has been silent for longer than it may', async () => {
    const page = await stage.sam.ask('hl7-feed', { id: stage.feedId })
    const { version, name } = page
    const settings = { ...settingsIn(page), processingIds: [], quietAfter: 30 }
    await stage.sam.ask('hl7-save-feed', { id: stage.feedId, version, name, enabled: true, settings })
    await expect.poll(() => stage.server.hl7.feeds.byId(stage.feedId)?.settings.quietAfter).toBe(30)
    await stage.send(registration('S1', 'MR8895'))
    const silent = async () => {
      // Time passes, so the session that began before it is over.
      const sam = await openConsole(stage.server.url, 'sam', DEMO_PASSWORD)
      return (await sam.ask('hl7-overview', { hours: 1 })).alerts.filter(({ kind }) => kind === 'silent')
    }
    expect(await silent()).toEqual([])
    stage.server.clock.pass(29 * 60_000)
    expect(await silent()).toEqual([])
    stage.server.clock.pass(2 * 60_000)
    expect(await silent()).toMatchObject([{ feedId: stage.feedId, seen: null }])
  })
})

// Putting messages right, from outside.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, Json } from '#app/kernel/index.ts'
import { demoFeed } from '../../hl7/index.ts'
import { booking, openInterfaceStage, registration, settingsIn } from '../../testing/interface-stage.ts'
import type { InterfaceStage } from '../../testing/interface-stage.ts'

let stage: InterfaceStage

beforeAll(async () => {
  stage = await openInterfaceStage()
  await stage.ivo.ask('state-purpose', { purpose: 'repair', reference: '' })
})
afterAll(() => stage.server.close())

describe('putting a message right', () => {
  it('tries a corrected copy without writing, corrects, and remembers who did what', async () => {
    await stage.send(booking('C1', 'MR8810'))
    const sequence = await stage.latest('dead')
    const { lines, tree } = await stage.ivo.ask('hl7-open', { sequence })
    expect(tree?.map(({ segment }) => segment)).toEqual(['MSH', 'SCH', 'PID'])
    const right = lines.map((line) => line.replace('^^30^', '^^30^20260601090000'))
    const asItIs = await stage.ivo.ask('hl7-dry-run', { sequence })
    expect(asItIs).toMatchObject({ taken: true, ending: { outcome: 'dead' }, changes: [] })
    const run = await stage.ivo.ask('hl7-dry-run', { sequence, lines: right })
    if (!run.taken) throw new Error('it was not taken')
    expect(run.ending.outcome).toBe('applied')
    expect(run.changes.map(({ module, outcome }) => [module, outcome])).toEqual(
      expect.arrayContaining([
        ['patients', 'created'],
        ['appointments', 'created'],
      ]),
    )
    expect((await stage.server.store.inbox.summaries([sequence]))[0]?.state).toBe('dead')
    const corrected = await stage.ivo.ask('hl7-correct', { sequence, lines: right })
    await stage.server.hl7.idle()
    if (!corrected.taken) throw new Error('it was not taken')
    const detail = await stage.sam.ask('hl7-message', { sequence })
    expect(detail.message).toMatchObject({
      state: 'corrected',
      reason: { facts: { correctedBy: corrected.sequence } },
    })
    expect(detail.copies).toEqual([corrected.sequence])
    expect(detail.deeds.map(({ by, action }) => `${by} ${action}`)).toEqual([
      'Ivo Petrov opened',
      'Ivo Petrov tried',
      'Ivo Petrov tried',
      'Ivo Petrov corrected',
    ])
    const { records } = await stage.ivo.ask('hl7-written', { sequence: corrected.sequence })
    expect(records.find(({ module }) => module === 'appointments')?.stillThere).toContain('status')
  })

  it('does not keep a copy that would not be taken in, and says where it is wrong', async () => {
    await stage.send(booking('C2', 'MR8811'))
    const sequence = await stage.latest('dead')
    const { lines } = await stage.ivo.ask('hl7-open', { sequence })
    const withoutBooking = lines.filter((line) => !line.startsWith('SCH'))
    expect(await stage.ivo.ask('hl7-correct', { sequence, lines: withoutBooking })).toMatchObject({
      taken: false,
      reason: { code: 'hl7.required-missing', facts: { place: 'SCH' } },
    })
    expect((await stage.sam.ask('hl7-message', { sequence })).copies).toEqual([])
  })

  it('shows what others wrote to who may read it only; an analyst sees what the feed says', async () => {
    await stage.send(registration('E1', 'MR8820'))
    const [patient] = (await stage.patientsWith('MR8820')) as [AnyDocument]
    const written = { module: 'patients', id: patient.id, set: { birthDate: '1973-04-13' } } as const
    const other = demoFeed({
      site: newId(),
      authority: { namespace: 'X' },
      zone: 'UTC',
      at: '2026-01-01T00:00:00.000Z',
    })
    const subject = {
      id: other.id,
      orgId: stage.server.synthetic.organisation.id,
      grants: [
        {
          id: newId(),
          userId: other.id,
          role: 'feed',
          scope: 'org',
          from: '1970-01-01T00:00:00.000Z',
          until: null,
        },
      ],
    } as const
    await stage.server.store.transaction((tx) =>
      stage.server.door.feed(
        tx,
        {
          type: 'feed',
          feedId: other.id,
          messageId: newId(),
          at: '2030-01-01T00:00:00.000Z',
          ownership: () => 'shared',
          subject,
        },
        [written],
      ),
    )
    const lines = registration('E2', 'MR8820').toString().replace('19730412', '19730414').trim().split('\r')
    const page = await stage.ivo.ask('hl7-feed', { id: stage.feedId })
    const tried = await stage.ivo.ask('hl7-try', { feedId: stage.feedId, settings: page.settings, lines })
    if (tried.run?.taken !== true) throw new Error('it was not taken')
    const fields = tried.run.changes.flatMap((change) => (change.id === patient.id ? change.fields : []))
    expect(fields.find(({ field }) => field === 'birthDate')).toMatchObject({
      before: null,
      hidden: true,
      after: '1973-04-14',
    })
    expect(JSON.stringify(tried)).not.toContain('1973-04-13')
  })

  it('replays what waits for one cause, with its progress', async () => {
    const page = await stage.sam.ask('hl7-feed', { id: stage.feedId })
    const settings = settingsIn(page)
    const save = (sites: readonly Json[], version: number) =>
      stage.sam.ask('hl7-save-feed', {
        id: stage.feedId,
        version,
        name: page.name,
        enabled: true,
        settings: { ...settings, sites },
      })
    const [site] = stage.server.synthetic.sites
    expect(await save([{ sender: 'NOWHERE', facility: '*', site: site.id }], page.version)).toEqual({
      saved: true,
      version: page.version + 1,
    })
    await expect
      .poll(() => stage.server.hl7.feeds.byId(stage.feedId)?.settings.sites[0]?.sender)
      .toBe('NOWHERE')
    await stage.send(...Array.from({ length: 45 }, (_, index) => registration(`P${index}`, `MR89${index}`)))
    const { alerts } = await stage.sam.ask('hl7-overview', { hours: 1 })
    const parked = alerts.find(({ reason }) => reason.code === 'hl7.unknown-site')
    expect(parked).toMatchObject({ state: 'parked', count: 45 })
    await save([{ sender: '*', facility: '*', site: site.id }], page.version + 1)
    await expect.poll(() => stage.server.hl7.feeds.byId(stage.feedId)?.settings.sites[0]?.sender).toBe('*')
    const cause = {
      feedId: stage.feedId,
      state: 'parked',
      reason: parked?.reason ?? { code: null, facts: {} },
    } as const
    const job = await stage.sam.ask('hl7-replay', { cause })
    expect(job).toMatchObject({ total: 45, state: 'running' })
    await expect
      .poll(async () => (await stage.sam.ask('hl7-job', { job: job.job })).state, { timeout: 20_000 })
      .toBe('done')
    expect(await stage.sam.ask('hl7-job', { job: job.job })).toMatchObject({
      done: 45,
      ended: { applied: 45 },
    })
  })

  it('lets an analyst say of which patient a parked message is', async () => {
    await stage.send(registration('D1', 'MR8830'), registration('D2', 'MR8831', 'Sedgewick'))
    await stage.send(registration('D3', 'MR8830~MR8831^^^GENERAL^MR'.replace('~', '^^^GENERAL^MR~')))
    const sequence = await stage.latest('parked')
    const { candidates } = await stage.ivo.ask('hl7-open', { sequence })
    expect(candidates.map(({ words }) => words[0])).toEqual(
      expect.arrayContaining([expect.stringContaining('Quillfeather'), expect.stringContaining('Sedgewick')]),
    )
    const chosen = candidates.find(({ words }) => words[0]?.includes('Quillfeather'))
    expect(await stage.ivo.ask('hl7-decide', { sequence, patientId: chosen?.id ?? newId() })).toEqual({
      decided: true,
    })
    await stage.server.hl7.idle()
    expect((await stage.sam.ask('hl7-message', { sequence })).message.state).toBe('applied')
  })
})

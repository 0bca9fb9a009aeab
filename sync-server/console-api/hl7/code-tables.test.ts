// A feed's own codes, from outside: settled, tried, and seen in what waits before it is applied again.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '#app/kernel/index.ts'
import { openInterfaceStage, registration, settingsIn } from '../../testing/interface-stage.ts'
import type { InterfaceStage } from '../../testing/interface-stage.ts'
import { enrolDevice } from '../../testing/test-device.ts'

const row = { table: '0001', code: 'K', means: 'F' }

describe.each(['sqlite', 'postgres'] as const)('the code tables of a feed, over %s', (dialect) => {
  let stage: InterfaceStage
  beforeAll(async () => {
    stage = await openInterfaceStage({ dialect })
    await stage.ivo.ask('state-purpose', { purpose: 'repair', reference: '' })
  })
  afterAll(() => stage.server.close())

  const withSex = (controlId: string, number: string, facility?: string) =>
    Buffer.from(
      registration(controlId, number, undefined, facility).toString().replace('|19730412|F|', '|19730412|K|'),
    )

  async function save(change: Readonly<Record<string, Json>>) {
    const { version, name, ...page } = await stage.sam.ask('hl7-feed', { id: stage.feedId })
    const settings = { ...settingsIn(page), ...change }
    const request = { id: stage.feedId, version, name, enabled: true, settings }
    const saved = await stage.sam.ask('hl7-save-feed', request)
    if (saved.saved)
      await expect.poll(() => stage.server.hl7.feeds.byId(stage.feedId)?.version).toBe(saved.version)
    return saved
  }

  async function genderIn(run: Awaited<ReturnType<typeof dryRun>>) {
    if (!run.taken) throw new Error('it was not taken')
    const patients = run.changes.filter(({ module }) => module === 'patients')
    const fields = patients.flatMap((change) => change.fields)
    return fields.find(({ field }) => field === 'administrativeGender')
  }
  const dryRun = (sequence: number) => stage.ivo.ask('hl7-dry-run', { sequence })

  it('are part of its versions, and name codes that there are', async () => {
    const wrong = await save({ codes: [row, { ...row, means: 'Q' }] })
    expect(wrong).toEqual({
      saved: false,
      issues: [{ path: 'codes.1.means', says: 'not a code of that table' }],
    })
    const page = await stage.ivo.ask('hl7-feed', { id: stage.feedId })
    const lines = withSex('T1', 'MR8840').toString().trim().split('\r')
    const draft = { ...settingsIn(page), codes: [row] }
    const tried = await stage.ivo.ask('hl7-try', { feedId: stage.feedId, settings: draft, lines })
    expect(tried.run && (await genderIn(tried.run))).toMatchObject({ after: 'female' })
  })

  it('show what they change in what waits, and change it when that is applied again', async () => {
    const [site] = stage.server.synthetic.sites
    const table = (sender: string) => [{ sender, facility: '*', site: site.id }]
    await save({ sites: table('GENERAL') })
    await stage.send(withSex('C1', 'MR8841'), withSex('C2', 'MR8842', 'WEST'))
    const sequence = await stage.latest('parked')
    await save({ sites: table('*') })
    expect(await genderIn(await dryRun(sequence))).toMatchObject({ after: 'unknown' })
    const { version } = await stage.sam.ask('hl7-feed', { id: stage.feedId })
    expect(await save({ codes: [row] })).toEqual({ saved: true, version: version + 1 })
    expect(await genderIn(await dryRun(sequence))).toMatchObject({ after: 'female' })
    const { former } = await stage.sam.ask('hl7-feed', { id: stage.feedId })
    expect(former[0]?.settings).toMatchObject({ codes: [] })

    const carla = await enrolDevice(stage.server.url, 'carla')
    const held = async (number: string) => {
      await carla.follow('patients')
      return [...carla.held.values()].find((one) => JSON.stringify(one).includes(`"${number}"`))
    }
    await stage.sam.ask('hl7-replay', { sequences: [sequence] })
    await expect.poll(async () => (await held('MR8842'))?.['administrativeGender']).toBe('female')
    // What was applied under the table of before stays, until a person has it applied once more.
    expect((await held('MR8841'))?.['administrativeGender']).toBe('unknown')
    const applied = await stage.server.store.inbox.list({ state: 'applied', limit: 10 })
    const first = applied.find(({ key }) => key?.controlId === 'C1')?.sequence ?? 0
    expect(await genderIn(await dryRun(first))).toMatchObject({ before: 'unknown', after: 'female' })
    await stage.ivo.ask('hl7-force', { sequence: first })
    await expect.poll(async () => (await held('MR8841'))?.['administrativeGender']).toBe('female')
    const message = await stage.sam.ask('hl7-message', { sequence: first })
    expect(message.message.reason.facts).toMatchObject({ settings: version + 1 })
  })
})

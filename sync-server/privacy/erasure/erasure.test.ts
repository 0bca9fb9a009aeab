import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import type { PullAnswer } from '#app/protocol/index.ts'
import { demoFeed } from '../../hl7/index.ts'
import { sendMessages } from '../../hl7/send.ts'
import { recordsOfPatient } from '../../replication/records-of-patient.ts'
import { takeBackup } from '../../testing/backup.ts'
import { atConsole } from '../../testing/console-caller.ts'
import type { ConsoleAsk } from '../../testing/console-caller.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'
import { applyLedger, erasureLedger } from './ledger.ts'

describe.each(['sqlite', 'postgres'] as const)('erasing a patient, over %s', (dialect) => {
  let server: TestServer
  let carla: TestDevice
  let [priya, sofia]: ConsoleAsk[] = []
  let patient: AnyDocument
  let patientId: Id
  beforeEach(async () => {
    server = await startTestServer({ dialect })
    carla = await enrolDevice(server.url, 'carla')
    await carla.follow('patients')
    await carla.follow('clinical')
    const observed = [...carla.held.values()].find(({ kind }) => kind === 'observation')
    patientId = String(observed?.['patientId'])
    const held = carla.held.get(`patients/${patientId}`)
    if (held === undefined) throw new Error('the seed has no such patient')
    patient = held
    priya = await atConsole(server.url, 'priya')
    sofia = await atConsole(server.url, 'sofia')
    for (const desk of [priya, sofia]) await desk('state-purpose', { purpose: 'privacy', reference: '' })
  })
  afterEach(() => server.close())

  const asked = () => ({ patientId, ground: 'retention-over', words: 'Ten years are over' }) as const
  const standing = () => server.store.snapshot((read) => recordsOfPatient(read, patientId))
  const ask = (desk: ConsoleAsk | undefined): ConsoleAsk => {
    if (desk === undefined) throw new Error('nobody is at the console')
    return desk
  }
  async function erased(): Promise<number> {
    const { id } = (await ask(priya)('propose-erasure', asked())).body
    return (await ask(sofia)('approve-erasure', { id })).body.erased
  }

  it('takes two, and takes everything: from the server, and from laptops at their next contact', async () => {
    const records = await standing()
    const { id } = (await ask(priya)('propose-erasure', asked())).body
    expect((await ask(priya)('approve-erasure', { id })).body.error.code).toBe('access.forbidden')
    expect(await standing()).toHaveLength(records.length)
    const { body } = await ask(sofia)('approve-erasure', { id })
    expect(body).toMatchObject({ erased: records.length, decided: { by: 'Sofia Lindgren', approved: true } })
    expect(await standing()).toEqual([])
    await carla.follow('patients')
    await carla.follow('clinical')
    const left = [...carla.held.values()].filter(
      (document) => document.id === patientId || document['patientId'] === patientId,
    )
    expect(left).toEqual([])
    const [entry] = (await server.store.audit.read({ limit: 10 })).filter(({ action }) => action === 'erase')
    expect(entry?.ids).toEqual(expect.arrayContaining(records.map((record) => record.id)))
    expect((await ask(sofia)('approve-erasure', { id })).status).toBe(400)
  })

  it('is not undone by a device that still has the records and edits them', async () => {
    const edit = carla.edit('patients', patient, { note: 'Edited on the road' })
    await erased()
    const [result] = await carla.push(edit)
    expect(result).toMatchObject({ outcome: 'refused', code: 'sync.erased', view: { _deleted: true } })
    expect(await standing()).toEqual([])
  })

  it('holds after a backup is put back: applied again before anybody is served, and asked of nobody', async () => {
    const restore = await takeBackup(server)
    const count = await erased()
    await restore()
    await server.store.renewIncarnation()
    await carla.signInAgain()
    expect(await standing()).toHaveLength(count)
    const ledger = erasureLedger(`${join(server.folder, 'data')}.erasures`)
    expect(await applyLedger(server, ledger)).toBe(count)
    expect(await applyLedger(server, ledger)).toBe(0)
    expect(await standing()).toEqual([])
    const held = { through: null, documents: [{ id: patientId, rev: patient.rev }] }
    const answer: PullAnswer = await carla.pull({
      collection: 'patients',
      checkpoint: null,
      limit: 1000,
      held,
    })
    expect(answer.asked).toEqual([])
    expect(answer.documents).toContainEqual(expect.objectContaining({ id: patientId, _deleted: true }))
  })

  describe('of whom a hospital has sent messages', () => {
    const message = (name: string) => readFile(`docs/hl7/${name}.hl7`)
    const send = async (...messages: readonly Buffer[]) => {
      await sendMessages('127.0.0.1', server.hl7.port, messages)
      await server.hl7.idle()
    }
    const inbox = async () => {
      const list = await server.store.inbox.list({ limit: 20 })
      const entries = await Promise.all(list.map(({ sequence }) => server.store.inbox.entry(sequence)))
      return entries.flatMap((entry) => entry ?? []).toReversed()
    }
    const another = async () =>
      Buffer.from(
        (await message('1-admission'))
          .toString()
          .replaceAll('TOUR-7001', 'TOUR-7002')
          .replaceAll('Vahl', 'Other'),
      )

    beforeEach(async () => {
      const { sites, organisation } = server.synthetic
      const [{ id: site, authority }] = sites
      const at = new Date(server.clock.now()).toISOString()
      await server.store.feeds.save(demoFeed({ site, authority, zone: organisation.zone, at }))
      await server.hl7.feeds.reload()
      await send(await message('1-admission'), await message('3-result'), await another())
      await carla.follow('patients')
      const sent = [...carla.held.values()].find((document) =>
        JSON.stringify(document['identifiers'] ?? '').includes('TOUR-7001'),
      )
      if (sent === undefined) throw new Error('the message made no patient')
      patientId = sent.id
    })

    it('takes their content, keeps how they ended, and knows a repeat', async () => {
      await erased()
      const [admission, result, other] = await inbox()
      for (const gone of [admission, result])
        expect(gone).toMatchObject({ state: 'applied', code: 'sync.erased', raw: Buffer.of() })
      expect(Buffer.from(other?.raw ?? '').toString()).toContain('TOUR-7002')
      const [entry] = (await server.store.audit.read({ limit: 10 })).filter(
        ({ action }) => action === 'erase',
      )
      expect(entry?.facts).toEqual({ messages: 2 })
      await send(await message('1-admission'))
      expect((await inbox()).at(-1)).toMatchObject({ state: 'duplicate', facts: { repeats: 1 } })
      expect(await standing()).toEqual([])
      expect(await server.hl7.deadLetters.replay(1, { forced: true })).toBe(false)
    })

    it('takes it again from a backup that is put back', async () => {
      const restore = await takeBackup(server)
      await erased()
      await restore()
      expect((await inbox())[0]?.raw.length).toBeGreaterThan(0)
      await applyLedger(server, erasureLedger(`${join(server.folder, 'data')}.erasures`))
      expect((await inbox()).map(({ raw }) => raw.length > 0)).toEqual([false, false, true])
    })
  })

  it('is stopped by a legal hold, until it is released', async () => {
    const { body: hold } = await ask(priya)('place-hold', { patientId, words: 'Suit 17' })
    expect((await ask(priya)('propose-erasure', asked())).body.error.code).toBe('privacy.held')
    await ask(priya)('release-hold', { id: hold.id, words: 'Settled' })
    const { id } = (await ask(priya)('propose-erasure', asked())).body
    const later = (await ask(priya)('place-hold', { patientId, words: 'Suit 18' })).body
    expect((await ask(sofia)('approve-erasure', { id })).body.error.code).toBe('privacy.held')
    expect(await standing()).not.toEqual([])
    await ask(priya)('release-hold', { id: later.id, words: 'Settled as well' })
    expect((await ask(sofia)('approve-erasure', { id })).body.erased).toBeGreaterThan(0)
  })

  it('is proposed of whom nothing was written for as long as the law asks', async () => {
    const found = async (years: number) => (await ask(priya)('retention-due', { years, after: null })).body
    expect((await found(10)).due).toEqual([])
    server.clock.pass(12 * 366 * 86_400_000)
    const again = await atConsole(server.url, 'priya')
    await again('state-purpose', { purpose: 'privacy', reference: '' })
    const { due } = (await again('retention-due', { years: 10, after: null })).body
    expect(due.map((one) => one.patientId)).toContain(patientId)
    expect((await again('retention-due', { years: 3, after: null })).status).toBe(400)
  })
})

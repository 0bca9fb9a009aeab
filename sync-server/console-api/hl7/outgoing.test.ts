import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { openPartner } from '../../hl7/testing/partner.ts'
import type { Partner } from '../../hl7/testing/partner.ts'
import { message, msh } from '../../hl7/testing/messages.ts'
import { openInterfaceStage, settingsIn } from '../../testing/interface-stage.ts'
import type { InterfaceStage } from '../../testing/interface-stage.ts'

// What goes out, from outside, by a sync admin; the destination is a real listener.

let stage: InterfaceStage
let partner: Partner

beforeAll(async () => {
  partner = await openPartner()
  stage = await openInterfaceStage()
})
afterAll(async () => {
  await stage.server.close()
  await partner.close()
})

const party = { application: 'EHR', facility: 'GENERAL' }
const send = (port: number, agreementId: string | null) => ({
  agreementId,
  host: '127.0.0.1',
  port,
  tls: false,
  from: { application: 'ROUNDS', facility: 'ROUNDS' },
  to: party,
  events: ['A31'],
  processingId: 'P',
  answerSeconds: 2,
})

async function save(client: InterfaceStage['sam'], agreementId: string | null = null) {
  const page = await stage.sam.ask('hl7-feed', { id: stage.feedId })
  const settings = { ...settingsIn(page), send: send(partner.port, agreementId) }
  const change = { id: stage.feedId, version: page.version, name: page.name, enabled: true, settings }
  return client.try('hl7-save-feed', change)
}

const update = (controlId: string) => ({
  id: newId(),
  feedId: stage.feedId,
  kind: 'message' as const,
  subject: newId(),
  controlId,
  messageType: 'ADT^A31',
  at: '2026-05-11T08:31:00.000Z',
  raw: message(msh({ type: 'ADT^A31', controlId }), 'PID|1||MR88||Quillfeather^Ottoline'),
})

const queue = (controlId: string) =>
  stage.server.store.transaction(async (tx) => tx.stage({ type: 'outgoing', message: update(controlId) }))

const states = async () => {
  const { found } = await stage.sam.ask('outgoing-list', { feedId: stage.feedId, kind: 'message', limit: 10 })
  return found.map(({ state }) => state).toReversed()
}

describe('what goes out, at the console', () => {
  it('goes where an interface analyst says, not a sync admin', async () => {
    expect((await stage.sam.ask('outgoing', {})).destinations).toEqual([])
    expect((await save(stage.sam)).status).toBe(403)
    expect(await save(stage.ivo)).toMatchObject({ status: 200, body: { saved: true } })
    const { destinations } = await stage.sam.ask('outgoing', {})
    expect(destinations).toMatchObject([
      { id: stage.feedId, address: `127.0.0.1:${partner.port}`, pausedAt: null },
    ])
  })

  it('waits until an agreement that holds is named, and says so', async () => {
    const standing = async () => (await stage.sam.ask('outgoing', {})).destinations[0]
    await queue('O0')
    expect(await standing()).toMatchObject({ code: 'hl7.destination-agreement', messages: { waiting: 1 } })
    const paper = { parties: { ours: 'Synthetic Clinic', theirs: 'General Hospital' } }
    const days = { from: '2020-01-01', until: null }
    const about = { kind: 'baa', ...paper, document: { title: 'Contract 3' }, ...days } as const
    expect((await stage.ivo.try('add-agreement', about)).status).toBe(403)
    const over = await stage.sam.ask('add-agreement', { ...about, until: '2020-12-31' })
    expect(over.state).toBe('over')
    const refused = await save(stage.ivo, over.id)
    expect(refused.body).toMatchObject({ saved: false, issues: [{ path: 'send.agreementId' }] })
    const { id } = await stage.sam.ask('add-agreement', about)
    expect((await stage.ivo.ask('agreements', {})).agreements).toContainEqual(
      expect.objectContaining({ id, state: 'holds' }),
    )
    expect((await save(stage.sam, id)).status).toBe(403)
    expect(await save(stage.ivo, id)).toMatchObject({ status: 200, body: { saved: true } })
    expect(await standing()).toMatchObject({ code: null })
    await expect.poll(states, { timeout: 10_000 }).toEqual(['accepted'])
    expect(partner.received).toHaveLength(1)
  })

  it('waits while it is paused, and says nothing of whom it is about', async () => {
    await stage.sam.ask('outgoing-pause', { feedId: stage.feedId, kind: 'message', isPaused: true })
    await queue('O1')
    const { destinations } = await stage.sam.ask('outgoing', {})
    expect(destinations).toMatchObject([{ pausedAt: expect.any(String), messages: { waiting: 1 } }])
    const told = JSON.stringify(
      await stage.sam.ask('outgoing-list', { feedId: stage.feedId, kind: 'message', limit: 10 }),
    )
    for (const word of ['Quillfeather', 'MR88']) expect(told).not.toContain(word)
    expect(partner.received).toHaveLength(1)
    await stage.sam.ask('outgoing-pause', { feedId: stage.feedId, kind: 'message', isPaused: false })
    await expect.poll(states, { timeout: 10_000 }).toEqual(['accepted', 'accepted'])
  })

  it('shows application acknowledgements beside it, which go without an agreement', async () => {
    const page = await stage.sam.ask('hl7-feed', { id: stage.feedId })
    const replyTo = { host: '127.0.0.1', port: partner.port, tls: false }
    const change = { id: stage.feedId, version: page.version, name: page.name, enabled: true }
    const settings = { ...settingsIn(page), replyTo }
    expect((await stage.ivo.try('hl7-save-feed', { ...change, settings })).body).toMatchObject({
      saved: true,
    })
    const kind = 'acknowledgement'
    await stage.sam.ask('outgoing-pause', { feedId: stage.feedId, kind, isPaused: true })
    const answer = { ...update('K1'), kind, messageType: 'ACK^A01' } as const
    await stage.server.store.transaction(async (tx) => tx.stage({ type: 'outgoing', message: answer }))
    const { destinations } = await stage.sam.ask('outgoing', {})
    const address = `127.0.0.1:${partner.port}`
    expect(destinations).toMatchObject([
      { id: stage.feedId, kind: 'message', address, pausedAt: null, messages: { accepted: 2 } },
      { id: stage.feedId, kind, address, pausedAt: expect.any(String), messages: { waiting: 1 } },
    ])
    await stage.sam.ask('outgoing-pause', { feedId: stage.feedId, kind, isPaused: false })
    const sent = async () => {
      const wanted = { feedId: stage.feedId, kind, limit: 9 } as const
      return (await stage.sam.ask('outgoing-list', wanted)).found.map(({ state }) => state)
    }
    await expect.poll(sent, { timeout: 10_000 }).toEqual(['accepted'])
    expect(partner.received).toHaveLength(3)
    expect(await states()).toEqual(['accepted', 'accepted'])
  })

  it('is sent again, or taken out, where it was refused', async () => {
    partner.answer('AR')
    await queue('O2')
    await expect.poll(states, { timeout: 10_000 }).toEqual(['accepted', 'accepted', 'refused'])
    const { found } = await stage.sam.ask('outgoing-list', {
      feedId: stage.feedId,
      kind: 'message',
      state: 'refused',
      limit: 1,
    })
    const sequence = found[0]?.sequence ?? 0
    expect(await stage.sam.ask('outgoing-settle', { sequence, how: 'drop' })).toEqual({ done: true })
    expect(await states()).toEqual(['accepted', 'accepted', 'dropped'])
    expect(await stage.sam.ask('outgoing-settle', { sequence, how: 'retry' })).toEqual({ done: true })
    await expect.poll(states, { timeout: 10_000 }).toEqual(['accepted', 'accepted', 'accepted'])
    const entries = await stage.server.store.audit.read({ limit: 20 })
    const done = entries.filter(({ action }) => action.startsWith('outgoing-')).map(({ action }) => action)
    expect(done.slice(0, 2)).toEqual(['outgoing-retry', 'outgoing-drop'])
    const unknown = await stage.sam.try('outgoing-settle', { sequence: 999, how: 'drop' })
    expect([unknown.status, unknown.body]).toMatchObject([404, { error: { code: 'hl7.no-such-message' } }])
  })
})

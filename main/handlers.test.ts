import { describe, expect, it } from 'vitest'
import type { HostCall } from '#app/host/index.ts'
import { AppError, newId } from '#app/kernel/index.ts'
import { callChannels } from './channels.ts'
import { answerCall, createHandlers } from './handlers.ts'
import type { Platform } from './platform.ts'
import { CLIENT_ORIGIN } from './policy.ts'

const ownFrame = { origin: CLIENT_ORIGIN, parent: null }
const replicaId = newId()

/** Every call with a payload that fits. */
const payloads: Record<HostCall, unknown> = {
  info: {},
  bindKey: { replicaId, purpose: 'kek', input: 'AAAA' },
  knows: { replicaId },
  deviceKey: { replicaId },
  sign: { replicaId, text: 'a challenge' },
  forget: { replicaId },
  saveFile: { name: 'visits.csv', type: 'text/csv', bytes: new Uint8Array([1]) },
  openFile: { accept: ['.csv'] },
  notify: { title: 'Rounds', body: 'Three changes wait.' },
  openSignIn: { page: 'p'.repeat(43) },
  pinServer: { pins: [`${'p'.repeat(43)}=`] },
  print: {},
  updateState: {},
}
const calls = Object.keys(callChannels) as HostCall[]

function platformThat(overrides: Partial<Platform> = {}): { platform: Platform; done: string[] } {
  const done: string[] = []
  const platform: Platform = {
    info: {
      kind: 'electron',
      version: '0.1.0',
      platform: 'linux',
      keeper: 'system',
      serverUrl: 'https://rounds.example',
    },
    keeper: {
      bindKey: async () => 'Ym91bmQ=',
      knows: async () => true,
      deviceKey: async () => 'a2V5',
      sign: async () => 'c2lnbmVk',
      forget: async (id) => void done.push(`forget ${id}`),
    },
    saveFile: async ({ name }) => done.push(`save ${name}`) > 0,
    openFile: async () => ({ name: 'list.csv', bytes: new Uint8Array([7]) }),
    notify: ({ title }) => void done.push(`notify ${title}`),
    openOutside: async (address) => void done.push(`open ${address}`),
    pinServer: (pins) => done.push(`pin ${pins.length}`) > 0,
    print: async () => void done.push('print'),
    updateState: () => ({ state: 'none' }),
    ...overrides,
  }
  return { platform, done }
}

describe('the handlers', () => {
  it.each(calls)('answer %s from their own page', async (call) => {
    const { platform } = platformThat()
    expect(await answerCall(createHandlers(platform), call, ownFrame, payloads[call])).toMatchObject({
      ok: true,
    })
  })

  it.each(calls)('refuse %s from any other frame, and touch nothing', async (call) => {
    const { platform, done } = platformThat()
    const strangers = [
      null,
      { origin: 'https://elsewhere.example', parent: null },
      { origin: 'null', parent: null },
      { origin: CLIENT_ORIGIN, parent: ownFrame },
    ]
    for (const frame of strangers) {
      const answer = await answerCall(createHandlers(platform), call, frame, payloads[call])
      expect(answer).toEqual({ ok: false, error: { code: 'access.forbidden' } })
    }
    expect(done).toEqual([])
  })

  it.each(calls)('refuse a payload of %s that does not fit', async (call) => {
    const { platform, done } = platformThat()
    for (const payload of [undefined, null, 'text', [], { ...Object(payloads[call]), more: 1 }]) {
      const answer = await answerCall(createHandlers(platform), call, ownFrame, payload)
      expect(answer).toEqual({ ok: false, error: { code: 'request.invalid', facts: { place: call } } })
    }
    expect(done).toEqual([])
  })

  it('refuse an id that could be a path', async () => {
    const { platform } = platformThat()
    const answer = await answerCall(createHandlers(platform), 'deviceKey', ownFrame, {
      replicaId: '../../etc/passwd',
    })
    expect(answer).toMatchObject({ ok: false, error: { code: 'request.invalid' } })
  })

  it('send the browser to the page where this device is signed in, at the server of the settings', async () => {
    const { platform, done } = platformThat()
    const page = 'p'.repeat(43)
    await answerCall(createHandlers(platform), 'openSignIn', ownFrame, { page })
    expect(done).toEqual([`open https://rounds.example/console/sign-in/#${page}`])
    for (const forged of ['../../', `@elsewhere.example/${'p'.repeat(24)}`, `${'p'.repeat(42)}%`]) {
      const answer = await answerCall(createHandlers(platform), 'openSignIn', ownFrame, { page: forged })
      expect(answer).toMatchObject({ ok: false, error: { code: 'request.invalid' } })
    }
    expect(done).toHaveLength(1)
  })

  it('tell an expected failure by its code and facts, and a fault by nothing but `internal`', async () => {
    const { platform } = platformThat({
      openFile: async () => {
        throw new AppError('request.too-large', { limit: 5 })
      },
      print: async () => {
        throw new Error('printer of Jane Roe is on fire')
      },
    })
    const handlers = createHandlers(platform)
    expect(await answerCall(handlers, 'openFile', ownFrame, { accept: [] })).toEqual({
      ok: false,
      error: { code: 'request.too-large', facts: { limit: 5 } },
    })
    const fault = await answerCall(handlers, 'print', ownFrame, {})
    expect(fault).toEqual({ ok: false, error: { code: 'internal', facts: {} } })
  })

  it('let no result out that does not fit', async () => {
    const { platform } = platformThat()
    const leaky = { ...platform, keeper: { ...platform.keeper, deviceKey: async () => 'not base64 !' } }
    const answer = await answerCall(createHandlers(leaky), 'deviceKey', ownFrame, { replicaId })
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } })
  })
})

it('each call has a channel of its own', () => {
  expect(new Set(Object.values(callChannels)).size).toBe(calls.length)
})

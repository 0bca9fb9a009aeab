import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blankOf, idAt, newId } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { routes } from '#app/protocol/index.ts'
import type { PushItem, PushResult } from '#app/protocol/index.ts'
import { deviceProver, newDeviceKey } from './testing/device-prover.ts'
import { draft, enrolDevice } from './testing/test-device.ts'
import type { TestDevice } from './testing/test-device.ts'
import { startServerProcess } from './testing/server-process.ts'
import type { ServerProcess } from './testing/server-process.ts'

let folder: string
const running: ServerProcess[] = []

function start(settings: Readonly<Record<string, string>> = {}): ServerProcess {
  const server = startServerProcess({ ROUNDS_DATA: join(folder, 'data'), ...settings })
  running.push(server)
  return server
}

async function readyAt(server: ServerProcess): Promise<string> {
  const url = await server.ready
  if (url === null) throw new Error(server.errors())
  return url
}

async function stop(server: ServerProcess): Promise<void> {
  server.signal('SIGTERM')
  expect(await server.exit).toBe(0)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rounds-main-'))
})
afterAll(async () => {
  for (const server of running) server.signal('SIGKILL')
  await Promise.all(running.map(({ exit }) => exit))
  await rm(folder, { recursive: true, force: true })
})

// Processes start slowly on a machine that does other things at the same time.
describe('the server process', { timeout: 120_000 }, () => {
  it('fills an empty folder, stops on a signal, finds its data again, and shares it with nobody', async () => {
    const first = start()
    const url = await readyAt(first)
    expect(first.output()).toContain('making the synthetic organisation')
    expect(first.output().trimEnd().split('\n').at(-1)).toMatch(/^Rounds is ready/)
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ ready: true })

    const second = start()
    expect([await second.ready, await second.exit]).toEqual([null, 1])
    expect(second.errors()).toMatch(/^server\.data-in-use: Another Rounds server \(process \d+\)/)
    expect(second.errors()).not.toMatch(/^\s+at /m)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    await stop(first)

    const again = start()
    await enrolDevice(await readyAt(again), 'carla')
    expect(again.output()).not.toContain('making the synthetic organisation')
    await stop(again)
  })

  it.each(['ROUNDS_PORT', 'ROUNDS_MLLP_PORT'])(
    'names the setting when the port of %s is taken',
    async (setting) => {
      const other = createServer().listen(0, '127.0.0.1')
      await new Promise((resolve) => other.on('listening', resolve))
      const { port } = other.address() as AddressInfo
      const server = start({ [setting]: String(port) })
      expect([await server.ready, await server.exit]).toEqual([null, 1])
      expect(server.errors()).toContain('server.port-taken')
      expect(server.errors()).toContain(`set ${setting} to another port`)
      other.close()
    },
  )

  it('refuses a folder that it can not write, a wrong key, and a setting that makes no sense', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const unwritable = start({ ROUNDS_DATA: join(file, 'data') })
    expect([await unwritable.exit, unwritable.errors()]).toEqual([
      1,
      expect.stringContaining('server.data-unwritable'),
    ])
    const stranger = start({ ROUNDS_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') })
    expect([await stranger.exit, stranger.errors()]).toEqual([1, expect.stringContaining('server.key')])
    const odd = start({ ROUNDS_PORT: 'many' })
    expect([await odd.exit, odd.errors()]).toEqual([1, expect.stringContaining('ROUNDS_PORT is not valid')])
  })

  it('killed in the middle of a push, takes the same push again for one effect', async () => {
    let server = start()
    let url = await readyAt(server)
    const key = newDeviceKey()
    const device = await enrolDevice(url, 'carla', { key })
    await device.follow('reference')
    let { prover } = device
    const push = async (items: readonly PushItem[]) => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ items })
      const response = await prover.fetch(routes.push.path, device.session.token, { headers, body })
      return ((await response.json()) as { results: PushResult[] }).results
    }
    for (const delay of [0, 8, 25]) {
      const items = manyCases(device).map((document) => device.edit('cases', document, {}))
      const sent = push(items).catch(() => null)
      await new Promise((resolve) => setTimeout(resolve, delay))
      server.signal('SIGKILL')
      await Promise.all([sent, server.exit])

      server = start()
      url = await readyAt(server)
      prover = deviceProver(url, key)
      const [repeated, oncemore] = [await push(items), await push(items)]
      expect(repeated.map(({ outcome }) => outcome)).toEqual(items.map(() => 'applied'))
      expect(repeated.every(({ view }) => (view as AnyDocument).conflicts.length === 0)).toBe(true)
      // Nothing was written a second time: not even the rev is another.
      expect(oncemore).toEqual(repeated)
    }
    await stop(server)
  })
})

function manyCases(device: TestDevice): AnyDocument[] {
  const site = [...device.held.values()].find(({ type }) => type === 'site')
  return Array.from({ length: 150 }, (_, index) => {
    const needed = { subject: `Case ${index}`, category: 'other', siteId: site?.id ?? newId() }
    const id = idAt(Date.now() + index, crypto.getRandomValues(new Uint8Array(16)))
    return draft('case', device.session.organisation.id, { ...blankOf(modules.cases), ...needed }, id)
  })
}

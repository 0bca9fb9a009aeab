import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from './harness/free-port.ts'
import { newPlace } from './harness/place.ts'
import type { Place } from './harness/place.ts'
import { serverProcess } from './harness/server-process.ts'
import type { ServerProcess } from './harness/server-process.ts'

// `npm start` as a newcomer meets it, without Electron's binary. One story: the tests below follow one another.

let place: Place
let first: ServerProcess

function startWith(dataFolder: string, port: number, mllpPort: number): ServerProcess {
  const environment = { ELECTRON_OVERRIDE_DIST_PATH: join(place.folder, 'no-electron') }
  const started = serverProcess({ dataFolder, port, mllpPort, environment, script: 'build/scripts/start.ts' })
  place.atEnd(() => started.kill())
  return started
}

beforeAll(async () => {
  place = await newPlace()
  first = startWith(join(place.folder, 'data'), place.port, place.mllpPort)
})

afterAll(() => place.end())

describe('npm start', () => {
  it('fills an empty data folder and says what runs where, and who may come in', async () => {
    await first.start()
    const output = first.output()
    expect(output).toContain('making the synthetic organisation')
    expect(output).toContain(`${first.url}  (browser host`)
    expect(output).toContain(`MLLP on 127.0.0.1:${place.mllpPort}`)
    expect(output).toContain('npx install-electron')
    for (const login of ['carla', 'colin', 'ada', 'amir', 'sofia', 'sam']) expect(output).toContain(login)
    expect(output.trim().split('\n').at(-1)).toMatch(/^Rounds is ready/)
  })

  it('serves client, console and health, the pages under a strict policy', async () => {
    for (const path of ['/', '/console/']) {
      const page = await fetch(`${first.url}${path}`, { headers: { accept: 'text/html' } })
      const policy = page.headers.get('content-security-policy') ?? ''
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('<title>Rounds')
      expect(policy).toContain(`default-src 'none'`)
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/)
    }
    for (const path of ['/healthz', '/readyz']) expect((await fetch(`${first.url}${path}`)).status).toBe(200)
  })

  it('refuses a second server on the same data, and the first goes on', async () => {
    const second = startWith(join(place.folder, 'data'), await freePort(), await freePort())
    await expect(second.start()).rejects.toThrow(/ended with code 1[^]*is using the data/)
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200)
  })

  it.each([
    { what: 'HTTP', setting: 'ROUNDS_PORT', ports: async () => [place.port, await freePort()] as const },
    {
      what: 'HL7',
      setting: 'ROUNDS_MLLP_PORT',
      ports: async () => [await freePort(), place.mllpPort] as const,
    },
  ])('names the taken port of $what and the setting that changes it', async ({ what, setting, ports }) => {
    const second = startWith(join(place.folder, `taken-${what}`), ...(await ports()))
    await expect(second.start()).rejects.toThrow(new RegExp(`ended with code 1[^]*in use[^]*${setting}`))
  })

  it('names a data folder that it can not write', async () => {
    await mkdir(join(place.folder, 'occupied'))
    await writeFile(join(place.folder, 'occupied/data'), 'a file, where a folder should be')
    const second = startWith(join(place.folder, 'occupied/data'), await freePort(), await freePort())
    await expect(second.start()).rejects.toThrow(/ended with code 1[^]*can not be written/)
  })

  it('stops cleanly, and finds its data again', async () => {
    await first.stop()
    await expect(fetch(`${first.url}/healthz`)).rejects.toThrow()
    const again = startWith(join(place.folder, 'data'), place.port, place.mllpPort)
    await again.start()
    expect(again.output()).not.toContain('making the synthetic organisation')
    await again.stop()
  })
})

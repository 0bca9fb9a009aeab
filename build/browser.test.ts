import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findBrowser, launchBrowser, openProfile } from './browser.ts'

const endings: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})

const isNpmBrowserHere = process.platform === 'linux' && process.arch === 'x64'
const choices = [{ system: true }, ...(isNpmBrowserHere ? [{ system: false }] : [])]

describe.each(choices)('a browser for tests (%o)', (choice) => {
  it('runs pages with web security on, and offers what the replica rests on', async () => {
    const browser = await launchBrowser(choice)
    endings.push(() => browser.close())
    const page = await browser.newPage()
    await page.goto(await listen('<!doctype html><title>one</title>'))
    const other = await listen('other')
    const seen = await page.evaluate(async (address) => {
      const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
      const crossed = await fetch(address).then(
        () => 'read another origin',
        () => 'refused',
      )
      return { key: key.type, locks: typeof navigator.locks.request, temporal: typeof Temporal, crossed }
    }, other)
    expect(seen).toEqual({ key: 'secret', locks: 'function', temporal: 'object', crossed: 'refused' })
  })

  it('keeps what a page stored in its profile', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'rounds-profile-'))
    endings.push(() => rm(profile, { recursive: true, force: true }))
    const address = await listen('<!doctype html><title>one</title>')
    const store = () => localStorage.setItem('kept', 'yes')
    const first = await openProfile(profile, choice)
    const writer = await first.newPage()
    await writer.goto(address)
    await writer.evaluate(store)
    await first.close()
    const second = await openProfile(profile, choice)
    endings.push(() => second.close())
    const reader = await second.newPage()
    await reader.goto(address)
    expect(await reader.evaluate(() => localStorage.getItem('kept'))).toBe('yes')
  })
})

it('says which variable is wrong when CHROME names nothing', async () => {
  const before = process.env['CHROME']
  process.env['CHROME'] = '/nowhere/chrome'
  endings.push(async () => {
    if (before === undefined) delete process.env['CHROME']
    else process.env['CHROME'] = before
  })
  await expect(findBrowser()).rejects.toThrow('CHROME')
})

async function listen(body: string): Promise<string> {
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endings.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}/`
}

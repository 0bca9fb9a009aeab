import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { build, preview } from 'vite'
import type { PreviewServer } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { launchBrowser } from '#build/browser.ts'
import { storageContract } from '#renderer/replica/storage/rx/contract/index.ts'
import { outcomeSchema } from './outcome.ts'
import type { Outcome } from './outcome.ts'

// Every case of the storage's contract in Chromium, over its own IndexedDB and its own WebCrypto.

const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url))
const LONG_ENOUGH = 120_000

let server: PreviewServer
let browser: Browser
let outcomes: readonly Outcome[]

beforeAll(async () => {
  await build({ configFile })
  server = await preview({ configFile, preview: { host: '127.0.0.1', port: 0 } })
  browser = await launchBrowser()
  const page = await browser.newPage()
  await page.goto(server.resolvedUrls?.local[0] ?? '')
  const told = page.locator('body[data-outcomes]')
  await told.waitFor({ state: 'attached', timeout: LONG_ENOUGH })
  outcomes = z.array(outcomeSchema).parse(JSON.parse((await told.getAttribute('data-outcomes')) ?? ''))
}, LONG_ENOUGH)

afterAll(async () => {
  await browser.close()
  await server.close()
})

it.each(storageContract.map(({ name }) => [name]))('%s', (name) => {
  expect(outcomes.find((outcome) => outcome.name === name)).toEqual({ name, problem: null })
})

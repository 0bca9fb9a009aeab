import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openProfile } from '#build/browser.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import type { Bench } from '../smoke/page.ts'
import type { Contender } from './contenders.ts'
import { peers } from './peers.ts'

// A first load into a browser on a profile of its own, on the disk: a private window would keep IndexedDB in memory.

/** Documents a second into the encrypted replica, from the key in hand until the server says that all is here. */
export async function pulledByReplica({ url }: Contender): Promise<number> {
  return inBrowser(async (page) => {
    await page.goto(`${url}/`)
    await page.waitForFunction(() => 'bench' in globalThis)
    const { documents, milliseconds } = await page.evaluate(
      ([login, password]) => bench.enrol(login, password),
      ['pull', DEMO_PASSWORD] as const,
    )
    return documents / (milliseconds / 1000)
  })
}

/** Documents a second into a PouchDB of the browser. */
export async function pulledByPouch({ url }: Contender): Promise<number> {
  return inBrowser(async (page) => {
    await page.goto(`${url}/page/index.html`)
    await page.waitForFunction(() => 'pullAll' in globalThis)
    const { documents, milliseconds } = await page.evaluate(([from, batch]) => pullAll(from, batch), [
      `${url}/pull`,
      peers['express-pouchdb'].batch.browser,
    ] as const)
    return documents / (milliseconds / 1000)
  })
}

async function inBrowser<Result>(act: (page: Page) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-bench-'))
  const context = await openProfile(folder)
  try {
    const [page = await context.newPage()] = context.pages()
    return await act(page)
  } finally {
    await context.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

declare const bench: Bench
declare function pullAll(url: string, batch: number): Promise<{ documents: number; milliseconds: number }>

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { openProfile } from '#build/browser.ts'
import { median } from '../measure.ts'
import type { Facts } from './facts.ts'
import type { Bench } from './page.ts'
import { cannot } from './peers.ts'
import type { ContenderName, MetricName } from './peers.ts'
import { profiled } from './profile.ts'

/** One contender's figures of one round. In milliseconds; `heap` in bytes for each byte of JSON. */
export type Figures = Partial<Record<MetricName, number>>

export type Appearance = {
  readonly url: string
  readonly contender: ContenderName
  readonly size: string
  readonly facts: Facts
  /** Prints where the time of insert and unlock went. */
  readonly profile: boolean
}

/** How long a contender may take in one browser, in minutes. */
export const LIMIT = 5

/**
 * One contender in one round: filled in one browser, opened in another on the same profile, as on a laptop from one day to
 * the next. Null: it took longer than `LIMIT`. The profile lies on the disk, since a browser's private window keeps IndexedDB in memory, where no write is
 * durable.
 */
export async function appear(appearance: Appearance): Promise<Figures | null> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-bench-'))
  try {
    const bulk = await inBrowser(folder, appearance, fill)
    const used = bulk === null ? null : await inBrowser(folder, appearance, use)
    return bulk === null || used === null ? null : { bulk, ...used }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function inBrowser<Result>(
  folder: string,
  appearance: Appearance,
  act: (page: Page, line: CDPSession, appearance: Appearance) => Promise<Result>,
): Promise<Result | null> {
  const context = await openProfile(folder)
  let isOverdue = false
  const overdue = setTimeout(() => {
    isOverdue = true
    void context.close()
  }, LIMIT * 60_000)
  try {
    const [page = await context.newPage()] = context.pages()
    page.on('pageerror', (failure) => console.error(`${appearance.contender}: ${failure.message}`))
    await page.goto(`${appearance.url}/`)
    await page.waitForFunction(() => 'bench' in globalThis)
    const { contender, size } = appearance
    await page.evaluate(([name, size]) => bench.prepare(name, size), [contender, size] as const)
    return await act(page, await context.newCDPSession(page), appearance)
  } catch (failure) {
    if (isOverdue) return null
    throw failure
  } finally {
    clearTimeout(overdue)
    await context.close()
  }
}

async function fill(page: Page, line: CDPSession, { size, profile, contender }: Appearance): Promise<number> {
  await page.evaluate((size) => bench.create(size), size)
  const insert = () => page.evaluate(() => bench.insert())
  const milliseconds = profile ? await profiled(line, `${contender} bulk-${size}`, insert) : await insert()
  await page.evaluate(() => bench.finish())
  return milliseconds
}

async function use(page: Page, line: CDPSession, appearance: Appearance): Promise<Figures> {
  const { contender, size, profile, facts } = appearance
  await page.evaluate(() => bench.approach())
  const figures: Figures = {}
  if (can(contender, 'unlock')) {
    const unlock = () => page.evaluate(() => bench.unlock())
    const times = profile ? await profiled(line, `${contender} unlock-${size}`, unlock) : await unlock()
    figures.unlock = times.unlock
    figures['unlock-full'] = times.full
  } else {
    await page.evaluate(() => bench.open())
  }
  if (can(contender, 'heap')) figures.heap = (await heapOf(line)) / facts.jsonBytes
  if (can(contender, 'query')) figures.query = median(await page.evaluate(() => bench.queries()))
  if (can(contender, 'substring')) figures.substring = median(await page.evaluate(() => bench.substrings()))
  figures.write = median(await page.evaluate(() => bench.writes()))
  const scattered = () => page.evaluate(() => bench.scattered())
  figures.scattered = profile
    ? await profiled(line, `${contender} scattered-${size}`, scattered)
    : await scattered()
  return figures
}

function can(contender: ContenderName, metric: MetricName): boolean {
  return contender === 'rounds' || cannot[contender][metric] === undefined
}

/** What JavaScript holds, the bytes of its buffers included, once what nobody reaches is gone. */
async function heapOf(line: CDPSession): Promise<number> {
  await line.send('HeapProfiler.enable')
  await line.send('HeapProfiler.collectGarbage')
  const { usedSize, backingStorageSize } = await line.send('Runtime.getHeapUsage')
  await line.send('HeapProfiler.disable')
  return usedSize + backingStorageSize
}

declare const bench: Bench

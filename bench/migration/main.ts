import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { BrowserContext, Page } from 'playwright-core'
import { openProfile } from '#build/browser.ts'
import { root } from '#build/targets.ts'
import { killBrowser, processOf } from '../../e2e/harness/laptop.ts'
import { alone, report } from '../measure.ts'
import { documentsOf } from '../replica/documents.ts'
import { servePages } from '../replica/server.ts'
import type { Bench } from './page.ts'

// `npm run bench -- migration`: a replica of an older version meets a newer one, in Chromium: what opening it costs beside
// opening one that is up to date, and what the rewriting behind it takes. Then it is killed while it rewrites, at
// seeded moments, and must be whole each time.
//   --size 100k --rounds 3 --kills 20 --seed 1

const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '100k' },
    rounds: { type: 'string', default: '3' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
})
const { size } = values
const [rounds, kills] = [Number(values.rounds), Number(values.kills)]
if (!/^\d+k$/.test(size) || !(rounds >= 1)) throw new Error('--size 100k --rounds 3')

const { build } = await import('vite')
await build({
  configFile: join(root, 'bench/migration/vite.config.ts'),
  configLoader: 'native',
  logLevel: 'warn',
})
const documents = documentsOf(Number.parseInt(size, 10) * 1000)
const { replicaId } = documents.facts
const server = await servePages(join(root, 'dist/bench-migration'), () => documents)
const upToDate: number[] = []
const older: number[] = []
const rewriting: number[] = []
try {
  for (let round = 0; round < rounds; round += 1) await inProfile(measure)
  await report('migration', [
    alone(`open-up-to-date-${size}`, 'ms', upToDate),
    alone(`open-older-${size}`, 'ms', older),
    alone(`rewrite-${size}`, 'ms', rewriting),
  ])
  if (kills > 0) await inProfile(killAgainAndAgain)
} finally {
  server.close()
}

/** In the page. */
declare const bench: Bench

type Browser = { readonly context: BrowserContext; readonly process: number; readonly page: Page }

async function inProfile(task: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-bench-'))
  try {
    await task(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function started(folder: string): Promise<Browser> {
  const context = await openProfile(folder)
  const [page = await context.newPage()] = context.pages()
  page.setDefaultTimeout(120_000)
  await page.goto(`${server.url}/`)
  await page.locator('body[data-ready]').waitFor({ state: 'attached' })
  return { context, process: await processOf(context), page }
}

async function measure(folder: string): Promise<void> {
  await once(folder, async (page) => page.evaluate(async (of) => bench.fill(of), size))
  await once(folder, async (page) => {
    upToDate.push((await opened(page, 'before')).took)
  })
  await once(folder, async (page) => {
    older.push((await opened(page, 'after')).took)
    rewriting.push(await page.evaluate(async () => bench.rewrite()))
    await insist(page)
  })
}

/** Each start reads what is old and what is new, and rewrites a part of the rest. */
async function killAgainAndAgain(folder: string): Promise<void> {
  await once(folder, async (page) => page.evaluate(async (of) => bench.fill(of), size))
  const chance = seeded(Number(values.seed))
  let killed = 0
  let fills = 1
  while (killed < kills) {
    const browser = await started(folder)
    const { outdated } = await opened(browser.page, 'after')
    await insist(browser.page)
    if (outdated === 0) {
      await browser.context.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
      await once(folder, async (page) => page.evaluate(async (of) => bench.fill(of), size))
      fills += 1
      continue
    }
    const until = chance() * 0.5
    void browser.page.evaluate(async () => bench.rewrite()).catch(() => undefined)
    await browser.page.waitForFunction((share) => Number(document.body.dataset['share'] ?? 0) >= share, until)
    await killBrowser(browser.context, browser.process)
    killed += 1
    console.log(`kill ${killed}: ${outdated} pages were old, killed after ${Math.round(until * 100)} %`)
  }
  await once(folder, async (page) => {
    await opened(page, 'after')
    await insist(page)
  })
  console.log(
    `${killed} kills over ${fills} replicas of ${size}, seed ${values.seed}: every document there, once`,
  )
}

async function once(folder: string, task: (page: Page) => Promise<void>): Promise<void> {
  const { context, page } = await started(folder)
  try {
    await task(page)
    await page.evaluate(async () => bench.close())
  } finally {
    await context.close()
  }
}

async function opened(page: Page, version: 'before' | 'after'): Promise<{ took: number; outdated: number }> {
  return page.evaluate(async ([as, id]) => bench.open(as, id), [version, replicaId] as const)
}

async function insist(page: Page): Promise<void> {
  const { documents: found, wrong, damaged } = await page.evaluate(async () => bench.check())
  const whole = [...documents.bodies.values()].reduce((sum, body) => sum + countOf(body), 0)
  if (found !== whole || wrong > 0 || damaged > 0) {
    throw new Error(`${found} of ${whole} documents, ${wrong} not migrated once, ${damaged} damaged pages`)
  }
}

function countOf(body: string): number {
  return (JSON.parse(body) as unknown[]).length
}

/** From 0 up to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

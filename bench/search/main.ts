import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { openProfile } from '#build/browser.ts'
import { root } from '#build/targets.ts'
import { alone, median, report } from '../measure.ts'
import type { Measurement } from '../measure.ts'
import { documentsOf } from '../replica/documents.ts'
import type { Documents } from '../replica/documents.ts'
import { servePages } from '../replica/server.ts'
import { questionsOf } from './questions.ts'
import type { Bench } from './page.ts'

// `npm run bench -- search`: how long an answer takes, what reading in costs, and how much memory, in Chromium.
//   --sizes 50k,100k   how many documents; --rounds 40

const { values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    sizes: { type: 'string', default: '50k,100k' },
    rounds: { type: 'string', default: '40' },
  },
})
const sizes = values.sizes.split(',')
const rounds = Number(values.rounds)
if (sizes.some((size) => !/^\d+k$/.test(size)) || !(rounds >= 1)) throw new Error('sizes are 50k,100k')
/** How often everything is read in anew. */
const READINGS = 5

const { build } = await import('vite')
await build({
  configFile: join(root, 'bench/search/vite.config.ts'),
  configLoader: 'native',
  logLevel: 'warn',
})

let current: { readonly size: string; readonly documents: Documents } | undefined
const server = await servePages(join(root, 'dist/bench-search'), made)
try {
  const measurements: Measurement[] = []
  for (const size of sizes) measurements.push(...(await measured(size)))
  await report('search', measurements)
} finally {
  server.close()
}

function made(size: string): Documents {
  if (current?.size !== size) current = { size, documents: documentsOf(Number.parseInt(size, 10) * 1000) }
  return current.documents
}

async function measured(size: string): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-bench-'))
  const context = await openProfile(folder)
  try {
    const [page = await context.newPage()] = context.pages()
    await page.goto(`${server.url}/`)
    await page.waitForFunction(() => 'bench' in globalThis)
    await page.evaluate((size) => bench.load(size), size)
    return [...(await readings(page, size)), ...(await answers(page, size)), ...(await changes(page, size))]
  } finally {
    await context.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function readings(page: Page, size: string): Promise<Measurement[]> {
  const behind = []
  const atOnce = []
  for (let reading = 0; reading < READINGS; reading += 1) {
    behind.push(await page.evaluate(() => bench.readInBehind()))
    atOnce.push(await page.evaluate(() => bench.readIn()))
  }
  const bytes = await page.evaluate(() => bench.bytes())
  const of = <Run>(runs: readonly Run[], pick: (run: Run) => number) => runs.map(pick)
  return [
    alone(
      `read-in-patients-${size}`,
      'ms',
      of(atOnce, ({ patients }) => patients),
    ),
    alone(
      `read-in-all-${size}`,
      'ms',
      of(atOnce, ({ all }) => all),
    ),
    alone(
      `read-in-behind-${size}`,
      'ms',
      of(behind, ({ took }) => took),
    ),
    alone(
      `longest-hold-up-${size}`,
      'ms',
      of(behind, ({ longest }) => longest),
    ),
    alone(`memory-${size}`, 'bytes/byte of JSON', [bytes / made(size).facts.jsonBytes]),
  ]
}

async function answers(page: Page, size: string): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  const all: number[] = []
  for (const [name, text] of Object.entries(questionsOf(made(size)))) {
    const times: number[] = []
    let found = 0
    for (let round = 0; round < rounds; round += 1) {
      const { time, hits } = await page.evaluate((text) => bench.ask(text), text)
      times.push(time)
      found = hits
    }
    console.log(`${size} ${name}: ${found} hits, slowest ${Math.max(...times).toFixed(1)} ms`)
    all.push(...times)
    measurements.push(alone(`${name}-${size}`, 'ms', times), {
      ...alone(`${name}-p95-${size}`, 'ms', [share(times, 0.95)]),
      n: times.length,
    })
  }
  return [...measurements, { ...alone(`all-p95-${size}`, 'ms', [share(all, 0.95)]), n: all.length }]
}

async function changes(page: Page, size: string): Promise<Measurement[]> {
  const changed = made(size).facts.writes
  const times: number[] = []
  for (const [number, { id }] of changed.entries())
    times.push(
      await page.evaluate(([id, text]) => bench.change(id, text), [id, `zeppelin ${number}x`] as const),
    )
  console.log(`${size}: a change and its search, median ${median(times).toFixed(1)} ms`)
  return [alone(`change-${size}`, 'ms', times)]
}

function share(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

declare const bench: Bench

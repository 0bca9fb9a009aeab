import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openProfile } from '#build/browser.ts'
import { root } from '#build/targets.ts'
import { sendMessages } from '#sync-server/hl7/send.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { freePort } from '../../e2e/harness/free-port.ts'
import { serverProcess } from '../../e2e/harness/server-process.ts'
import { alone, report } from '../measure.ts'
import { admission } from './admission.ts'
import type { Bench } from './page.ts'

// `npm run bench -- smoke`: the baseline. A real server on SQLite, a real browser, the encrypted replica.

const ROUNDS = 5
const MESSAGES = 20
const WRITES = 200
/** About 11,000 documents for a user who sees the whole organisation. */
const SCALE = '2.5'

const { build } = await import('vite')
await build({
  configFile: join(root, 'bench/smoke/vite.config.ts'),
  configLoader: 'native',
  logLevel: 'warn',
})
const folder = await mkdtemp(join(tmpdir(), 'rounds-bench-'))
const [port, mllpPort] = [await freePort(), await freePort()]
const environment = { ROUNDS_CLIENT: join(root, 'dist/bench-smoke'), ROUNDS_DEMO_SCALE: SCALE }
const server = serverProcess({ dataFolder: join(folder, 'data'), port, mllpPort, environment })

try {
  await server.start()
  const replication: number[] = []
  const unlock: number[] = []
  const writes: number[] = []
  const visible: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // A profile of its own, on the disk, as on a new laptop.
    const context = await openProfile(join(folder, `profile-${round}`))
    const page = await open(await context.newPage())
    const first = await page.evaluate(([login, password]) => bench.enrol(login, password), [
      'sofia',
      DEMO_PASSWORD,
    ] as const)
    replication.push(first.documents / (first.milliseconds / 1000))
    for (let message = 0; message < MESSAGES / ROUNDS; message += 1) {
      visible.push(await ackToVisible(page, `${round}${message}`))
    }
    writes.push(await page.evaluate((count) => bench.writes(count), WRITES))
    await page.evaluate(() => bench.lock())
    const second = await open(page).then((fresh) => fresh.evaluate(() => bench.unlock()))
    unlock.push((second.milliseconds / second.documents) * 10_000)
    console.log(`round ${round + 1} of ${ROUNDS}: ${first.documents} documents`)
    await context.close()
  }
  await report('smoke', [
    alone('first-replication', 'documents/s', replication),
    alone('ack-to-visible', 'ms', visible),
    alone('unlock-10k', 'ms', unlock),
    alone('durable-writes', 'writes/s', writes),
  ])
} finally {
  await server.kill()
  await rm(folder, { recursive: true, force: true })
}

async function open(page: Page): Promise<Page> {
  await page.goto(`${server.url}/`)
  await page.waitForFunction(() => 'bench' in globalThis)
  return page
}

/** From the moment the acknowledgement is here to the moment a live list of the client shows the patient. */
async function ackToVisible(page: Page, number: string): Promise<number> {
  const family = `Benchmark${number}`
  const seen = page.evaluate((text) => bench.seen(text), family)
  const [acknowledgement] = await sendMessages('127.0.0.1', mllpPort, [
    Buffer.from(admission(number, family)),
  ])
  const acknowledged = performance.timeOrigin + performance.now()
  if (!acknowledgement?.includes('MSA|AA|')) throw new Error('the message was not accepted')
  return Math.max(0, (await seen) - acknowledged)
}

declare const bench: Bench

import type { Checkpoint, PullAnswer } from '#app/protocol/index.ts'
import { PULL_LIMIT } from '#app/protocol/index.ts'
import { median } from '../measure.ts'
import { draftsOf } from '../replication/documents.ts'
import type { Device } from '../replication/wire.ts'

/** In milliseconds: of one document of a page and of a push, and of one change until another client has it. */
export type Costs = { readonly page: number; readonly push: number; readonly live: number }

const PAGES = 8
const PUSHES = 10
const PUSHED = 100
const CHANGES = 20

export async function changeCosts(reader: Device, writer: Device): Promise<Costs> {
  const page = await pageCost(reader)
  const pushes: number[] = []
  for (let count = 0; count < PUSHES; count += 1)
    pushes.push((await timed(() => push(writer, PUSHED))) / PUSHED)
  return { page, push: median(pushes), live: await liveCost(writer) }
}

/** The median of pages of a first load. */
async function pageCost(reader: Device): Promise<number> {
  const costs: number[] = []
  let checkpoint: Checkpoint | null = null
  for (let count = 0; count < PAGES; count += 1) {
    const held = { through: null, documents: [] }
    const request = { collection: 'cases', checkpoint, limit: PULL_LIMIT, held }
    const started = performance.now()
    const answer: PullAnswer = await reader.ask<PullAnswer>('pull', request)
    if (answer.documents.length > 0) costs.push((performance.now() - started) / answer.documents.length)
    if (!answer.more) break
    checkpoint = answer.checkpoint
  }
  return median(costs)
}

/** From the push of one document until another client, told by its stream, has pulled it. */
async function liveCost(writer: Device): Promise<number> {
  let checkpoint = await upToNow(writer)
  let heard = () => {}
  await writer.listen((event) => {
    if (event.type === 'heads' && event.heads.cases !== undefined) heard()
  })
  const costs: number[] = []
  for (let count = 0; count < CHANGES; count += 1) {
    const moved = new Promise<void>((resolve) => (heard = resolve))
    const started = performance.now()
    await Promise.all([push(writer, 1), moved])
    const answer = await writer.ask<PullAnswer>('pull', {
      collection: 'cases',
      checkpoint,
      limit: PULL_LIMIT,
    })
    costs.push(performance.now() - started)
    checkpoint = answer.checkpoint
  }
  return median(costs)
}

async function upToNow(device: Device): Promise<Checkpoint> {
  let checkpoint: Checkpoint | null = null
  for (;;) {
    const held = { through: null, documents: [] }
    const request = { collection: 'cases', checkpoint, limit: PULL_LIMIT, held }
    const answer: PullAnswer = await device.ask<PullAnswer>('pull', request)
    checkpoint = answer.checkpoint
    if (!answer.more) return checkpoint
  }
}

async function push(device: Device, count: number): Promise<void> {
  const items = draftsOf('push', count).map((doc) => {
    const { id, edit } = doc
    return { collection: 'cases', id, rev: '', edit, author: device.userId, doc }
  })
  await device.ask('push', { items })
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

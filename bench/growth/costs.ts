import type { Checkpoint, PullAnswer, StreamEvent } from '#app/protocol/index.ts'
import { PULL_LIMIT } from '#app/protocol/index.ts'
import { draftsOf } from '../replication/documents.ts'
import type { Device } from '../replication/wire.ts'

/** Of each time, in milliseconds: of one document of a page and of a push, and of one change until another client has it. */
export type Costs = Readonly<Record<'page' | 'push' | 'live', readonly number[]>>

/** `reader` loads, `writer` pushes, and `watcher` is another device of the writer's user. */
type Devices = { readonly reader: Device; readonly writer: Device; readonly watcher: Device }

const PAGES = 8
const PUSHES = 10
const PUSHED = 100
const CHANGES = 20

export async function changeCosts({ reader, writer, watcher }: Devices): Promise<Costs> {
  const page = await pageCost(reader)
  const pushes: number[] = []
  for (let count = 0; count < PUSHES; count += 1)
    pushes.push((await timed(() => push(writer, PUSHED))) / PUSHED)
  return { page, push: pushes, live: await liveCost(writer, watcher) }
}

/** Of the first pages of a first load. */
async function pageCost(reader: Device): Promise<readonly number[]> {
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
  return costs
}

/** From the push of one document until another device has it: with its stream, or by a pull that the stream asks for. */
async function liveCost(writer: Device, watcher: Device): Promise<readonly number[]> {
  let checkpoint = await upToNow(watcher)
  let heard: (event: StreamEvent) => void = () => {}
  await watcher.listen((event) => heard(event))
  const costs: number[] = []
  for (let count = 0; count < CHANGES; count += 1) {
    const news = new Promise<StreamEvent>((resolve) => {
      heard = (event) => {
        if (event.type === 'page' || (event.type === 'heads' && event.heads.cases !== undefined))
          resolve(event)
      }
    })
    const started = performance.now()
    const [event] = await Promise.all([news, push(writer, 1)])
    if (event.type === 'page' && event.after <= checkpoint.seq) checkpoint = { ...checkpoint, seq: event.seq }
    else {
      const request = { collection: 'cases', checkpoint, limit: PULL_LIMIT }
      checkpoint = (await watcher.ask<PullAnswer>('pull', request)).checkpoint
    }
    costs.push(performance.now() - started)
  }
  return costs
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

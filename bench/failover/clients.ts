import { setTimeout as pause } from 'node:timers/promises'
import type { Id } from '#app/kernel/index.ts'
import type { Checkpoint, PullAnswer, PushResult } from '#app/protocol/index.ts'
import { draftsOf } from '../replication/documents.ts'
import { enrol } from '../replication/wire.ts'

// Clients that know several processes of one server, and go on at the next one when one does not answer.

export type Servers = {
  readonly urls: readonly string[]
  /** Tells writers to stop. */
  readonly stop: AbortController
  /** Tells followers that nothing more is written. */
  readonly written: AbortController
}
export type Written = { readonly ids: readonly Id[]; readonly milliseconds: number }

const LARGEST = 20
const BREATH = 20

/** Pushes new documents until it is stopped, each until it is answered. */
export async function write(servers: Servers, number: number): Promise<Written[]> {
  const device = await somewhere(servers, number, (url) => enrol(url, 'push'))
  const written: Written[] = []
  while (!servers.stop.signal.aborted) {
    const items = draftsOf('push', 1 + ((number + written.length) % LARGEST)).map((doc) => {
      const { id, edit } = doc
      return { collection: 'cases', id, rev: '', edit, author: device.userId, doc }
    })
    const started = performance.now()
    const { results } = await somewhere(servers, number + written.length, (url) =>
      device.at(url).ask<{ results: PushResult[] }>('push', { items }),
    )
    const refused = results.find(({ outcome }) => outcome !== 'applied')
    if (refused !== undefined) throw new Error(`${refused.outcome}: ${refused.code}`)
    written.push({ ids: items.map(({ id }) => id), milliseconds: performance.now() - started })
    await pause(BREATH)
  }
  return written
}

/** Follows the collection from page to page, each from another process; ends behind the last document. */
export async function follow(servers: Servers, number: number): Promise<ReadonlySet<string>> {
  const device = await somewhere(servers, number, (url) => enrol(url, 'push'))
  const seen = new Set<string>()
  let checkpoint: Checkpoint | null = null
  for (let page = 0; ; page += 1) {
    const isLast = servers.written.signal.aborted
    const held = { through: null, documents: [] }
    const request = { collection: 'cases', checkpoint, limit: 50, held }
    const answer: PullAnswer = await somewhere(servers, number + page, (url) =>
      device.at(url).ask<PullAnswer>('pull', request),
    )
    checkpoint = answer.checkpoint
    for (const { id } of answer.documents) seen.add(id)
    if (answer.more) continue
    if (isLast) return seen
    await pause(BREATH)
  }
}

/** Asks one process after the other until one answers. */
async function somewhere<Answer>(
  { urls }: Servers,
  first: number,
  ask: (url: string) => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask(urls[(first + attempt) % urls.length] ?? '')
    } catch (failure) {
      // A refusal is an answer; a process that is not there, or dies, gives none.
      if (attempt === 1000 || (failure instanceof Error && /: 4\d\d /.test(failure.message))) throw failure
      await pause(Math.min(500, 10 * 2 ** attempt))
    }
  }
}

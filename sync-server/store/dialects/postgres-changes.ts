import pg from 'pg'
import { z } from 'zod'
import type { ChangeHub, Heads } from './changes.ts'

// How the processes on one database hear of each other's commits. A notice is a hint: it holds names of counters and
// numbers only, goes out at most once per tick, and a poll finds what a broken connection missed.

const TICK = 5
const POLL = 1_000

const noticeSchema = z.array(z.tuple([z.string().max(32), z.number().int().nonnegative()])).max(64)

type Watch = {
  readonly settings: pg.ClientConfig
  readonly schema: string
  readonly changes: ChangeHub
  readonly poll: () => Promise<Heads>
}

/** Listens to other processes, and tells them what this one commits, until it is closed. */
export async function watchPostgres({
  settings,
  schema,
  changes,
  poll,
}: Watch): Promise<{ close(): Promise<void> }> {
  const channel = `rounds_${schema}`
  let client: pg.Client | null = null
  let closed = false
  const pending = new Map<string, number>()
  let tick: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const made = new pg.Client(settings)
    made.on('error', () => drop(made))
    made.on('end', () => drop(made))
    made.on('notification', ({ payload }) => changes.observeFromOthers(readNotice(payload)))
    await made.connect()
    await made.query(`listen "${channel}"`)
    client = made
  }

  function drop(lost: pg.Client): void {
    if (client === lost) client = null
  }

  changes.onOwn((heads) => {
    for (const [name, seq] of heads) pending.set(name, Math.max(seq, pending.get(name) ?? 0))
    tick ??= setTimeout(() => {
      tick = undefined
      telling = telling.then(tell)
    }, TICK)
  })

  let telling: Promise<void> = Promise.resolve()
  async function tell(): Promise<void> {
    if (client === null || pending.size === 0) return
    const notice = JSON.stringify([...pending])
    pending.clear()
    // A notice that fails is made good by the others' poll.
    await client.query('select pg_notify($1, $2)', [channel, notice]).catch(() => {})
  }

  let round: Promise<void> = Promise.resolve()
  async function pollOnce(): Promise<void> {
    try {
      if (client === null && !closed) await connect()
      changes.observeFromOthers(await poll())
    } catch {
      // The database can not be reached now; the next round tries again.
    }
  }

  await connect()
  const timer = setInterval(() => {
    round = round.then(pollOnce)
  }, POLL)
  timer.unref()
  return {
    async close() {
      closed = true
      clearInterval(timer)
      clearTimeout(tick)
      await round
      await telling
      await client?.end()
    },
  }
}

function readNotice(payload: string | undefined): Heads {
  try {
    return new Map(noticeSchema.parse(JSON.parse(payload ?? '[]')))
  } catch {
    return new Map()
  }
}

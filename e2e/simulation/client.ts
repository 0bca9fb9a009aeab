import { Worker } from 'node:worker_threads'
import type { ClientMessage, ClientOrder, JournalEntry, ReplicaContent } from './journal.ts'
import { newSeat } from './seat.ts'
import type { Seat } from './seat.ts'
import type { ThreadInput } from './client-thread.ts'

// A simulated device as the simulation sees it: a thread that may crash, and what outlives it.

export type SimulatedClient = {
  readonly login: string
  start(): Promise<void>
  run(milliseconds: number): Promise<void>
  setOnline(online: boolean): void
  /** Dies in the middle of a write and starts again from what its disk holds. */
  crash(effect: 'done' | 'undone'): Promise<void>
  settle(): Promise<void>
  content(): Promise<ReplicaContent>
  end(): Promise<void>
}

export type Record = {
  readonly intended: JournalEntry[]
  readonly acknowledged: JournalEntry[]
}

export type ClientOptions = Omit<ThreadInput, 'seat'> & { readonly login: string; readonly record: Record }

const LIMIT = 90_000

export async function simulatedClient(options: ClientOptions): Promise<SimulatedClient> {
  const { name, login, record } = options
  let seat: Seat = await newSeat(login)
  let generation = 0
  let worker: Worker | null = null
  let failure: Error | null = null
  let waiting: { readonly type: ClientMessage['type']; resolve(message: ClientMessage): void } | null = null
  let refuse: (failure: Error) => void = () => undefined
  const open = new Map<string, JournalEntry>()

  function hear(message: ClientMessage): void {
    if (message.type === 'intended') {
      record.intended.push(message.entry)
      open.set(keyOf(message.entry), message.entry)
    } else if (message.type === 'acknowledged') {
      const entry = open.get(keyOf(message))
      if (entry !== undefined) record.acknowledged.push(entry)
    } else if (message.type === 'withdrawn') {
      const entry = open.get(keyOf(message))
      if (entry !== undefined) record.intended.splice(record.intended.indexOf(entry), 1)
    } else if (message.type === 'failed') {
      failure = new Error(`${name} (${login}): ${message.why}`)
      refuse(failure)
    } else if (waiting?.type === message.type) waiting.resolve(message)
  }

  function answer<Type extends ClientMessage['type']>(
    type: Type,
    order?: ClientOrder,
  ): Promise<Extract<ClientMessage, { type: Type }>> {
    if (failure !== null) return Promise.reject(failure)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name} (${login}) did not answer: ${type}`)), LIMIT)
      refuse = reject
      waiting = {
        type,
        resolve(message) {
          clearTimeout(timer)
          waiting = null
          resolve(message as Extract<ClientMessage, { type: Type }>)
        },
      }
      if (order !== undefined) worker?.postMessage(order)
    })
  }

  async function start(): Promise<void> {
    generation += 1
    const { serverUrl, clockSkew, calm } = options
    const life = `${name}.${generation}`
    const input: ThreadInput = {
      name: life,
      seed: `${options.seed}/${life}`,
      serverUrl,
      seat,
      clockSkew,
      calm,
    }
    worker = new Worker(new URL('./client-thread.ts', import.meta.url), { workerData: input })
    worker.on('message', hear)
    worker.on('error', (fault) =>
      hear({ type: 'failed', why: fault instanceof Error ? (fault.stack ?? '') : '' }),
    )
    await answer('ready')
  }

  async function end(): Promise<void> {
    await worker?.terminate()
    worker = null
  }

  return {
    login,
    start,
    end,
    run: async (milliseconds) => void (await answer('ran', { type: 'run', milliseconds })),
    setOnline: (online) => worker?.postMessage({ type: 'network', online } satisfies ClientOrder),
    async crash(effect) {
      const { disk } = await answer('disk', { type: 'crash', effect })
      await end()
      seat = { ...seat, disk }
      await start()
    },
    settle: async () => void (await answer('settled', { type: 'settle' })),
    content: async () => (await answer('content', { type: 'content' })).content,
  }
}

function keyOf({ client, number }: Pick<JournalEntry, 'client' | 'number'>): string {
  return `${client}/${number}`
}

import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Id } from '#app/kernel/index.ts'
import { root } from '#build/targets.ts'
import type { Faults } from './faults.ts'
import type {
  AttachedFile,
  ClientMessage,
  ClientOrder,
  Evicted,
  FilesHere,
  Holding,
  JournalEntry,
  ReplicaContent,
} from './journal.ts'
import { newSeat } from './seat.ts'
import type { Seat } from './seat.ts'
import type { ThreadInput } from './client-thread.ts'

// One person's replica on a simulated laptop, as the simulation sees it: a thread that may die, and what outlives it.

export type SimulatedClient = {
  /** Of all its lives. */
  readonly name: string
  readonly login: string
  /** Of its last start; null before the first. */
  deviceId(): Id | null
  start(): Promise<void>
  run(milliseconds: number): Promise<void>
  setOnline(online: boolean): void
  /** The laptop's clock is this far off from now on, in milliseconds. */
  setClock(skew: number): void
  /** Dies in the middle of a write and starts again from what its disk holds. */
  crash(effect: 'done' | 'undone'): Promise<void>
  /** Works until its disk is full; starts again once there is room. */
  fillDisk(): Promise<void>
  /** Locks the replica; `start` opens it again. */
  lock(): Promise<void>
  /** Its person is shown out for good: where the server forgets it, nobody introduces it again. */
  stayAway(): void
  settle(): Promise<void>
  /** Resolves once the server has told it that it may come no more. */
  isStopped(): Promise<void>
  /** `also`: records to look at that no list shows, as `module/id`. */
  content(also: readonly string[]): Promise<ReplicaContent>
  /** What it could bring back to a server that has lost it. */
  holding(also: readonly string[]): Promise<Holding>
  files(): Promise<FilesHere>
  /** What it has given its receipt for. */
  evicted(): Promise<readonly Evicted[]>
  end(): Promise<void>
}

export type Record = {
  readonly intended: Set<JournalEntry>
  readonly acknowledged: JournalEntry[]
  readonly attached: AttachedFile[]
  /** What people saw that must never be. */
  readonly found: string[]
  readonly faults: Faults
}

export type ClientOptions = Omit<ThreadInput, 'seat'> & { readonly login: string; readonly record: Record }

/** In megabytes: a thread that has just started would sweep its young objects all the time. */
const YOUNG_OBJECTS = 64

export async function simulatedClient(options: ClientOptions): Promise<SimulatedClient> {
  const { name, login, record } = options
  let { clockSkew } = options
  let seat: Seat = await newSeat(login)
  let deviceId: Id | null = null
  let generation = 0
  let worker: Worker | null = null
  let failure: Error | null = null
  let waiting: { readonly type: ClientMessage['type']; resolve(message: ClientMessage): void } | null = null
  let refuse: (failure: Error) => void = () => undefined
  const open = new Map<string, JournalEntry>()

  function hear(message: ClientMessage): void {
    if (message.type === 'fault') record.faults.note(message.kind)
    else if (message.type === 'intended') {
      record.intended.add(message.entry)
      open.set(keyOf(message.entry), message.entry)
    } else if (message.type === 'acknowledged') {
      const entry = open.get(keyOf(message))
      if (entry !== undefined) record.acknowledged.push(entry)
    } else if (message.type === 'withdrawn') {
      const entry = open.get(keyOf(message))
      if (entry !== undefined) record.intended.delete(entry)
    } else if (message.type === 'attached') record.attached.push({ ...message.file, client: name })
    else if (message.type === 'found') record.found.push(`${login}: ${message.what}`)
    else if (message.type === 'failed') {
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
      const asked = order === undefined ? 'its start' : `the order to ${order.type}`
      const late = () => reject(new Error(`${name} (${login}) did not answer ${asked}`))
      const timer = setTimeout(late, options.patience)
      refuse = (why) => {
        clearTimeout(timer)
        reject(why)
      }
      waiting = {
        type,
        resolve(message) {
          clearTimeout(timer)
          waiting = null
          resolve(message as Extract<ClientMessage, { type: Type }>)
        },
      }
      if (order !== undefined) tell(order)
    })
  }

  function tell(order: ClientOrder): void {
    worker?.postMessage(order)
  }

  async function start(): Promise<void> {
    generation += 1
    const life = `${name}.${generation}`
    const { serverUrls, patience } = options
    const itsSeed = `${options.seed}/${life}`
    const input: ThreadInput = { name: life, seed: itsSeed, serverUrls, seat, clockSkew, patience }
    worker = new Worker(join(root, 'dist/simulation/client-thread.js'), {
      workerData: input,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_OBJECTS },
    })
    worker.on('message', hear)
    worker.on('error', (fault) =>
      hear({ type: 'failed', why: fault instanceof Error ? (fault.stack ?? '') : '' }),
    )
    deviceId = (await answer('ready')).deviceId
  }

  /** The thread ends; its disk is there for the next. */
  async function endBy(order: ClientOrder): Promise<void> {
    const { disk } = await answer('disk', order)
    await end()
    seat = { ...seat, disk }
  }

  async function end(): Promise<void> {
    await worker?.terminate()
    worker = null
  }

  return {
    name,
    login,
    deviceId: () => deviceId,
    start,
    end,
    run: async (milliseconds) => void (await answer('ran', { type: 'run', milliseconds })),
    setOnline: (online) => tell({ type: 'network', online }),
    setClock(skew) {
      clockSkew = skew
      tell({ type: 'clock', skew })
    },
    stayAway: () => tell({ type: 'stay-away' }),
    async crash(effect) {
      await endBy({ type: 'crash', effect })
      await start()
    },
    async fillDisk() {
      await endBy({ type: 'fill-disk' })
      await start()
    },
    lock: () => endBy({ type: 'lock' }),
    settle: async () => void (await answer('settled', { type: 'settle' })),
    isStopped: async () => void (await answer('stopped', { type: 'await-stop' })),
    content: async (also) => (await answer('content', { type: 'content', also })).content,
    holding: async (also) => (await answer('holding', { type: 'hold', also })).holding,
    files: async () => (await answer('files', { type: 'look-at-files' })).files,
    evicted: async () => (await answer('evicted', { type: 'look-at-evicted' })).evicted,
  }
}

function keyOf({ client, number }: Pick<JournalEntry, 'client' | 'number'>): string {
  return `${client}/${number}`
}

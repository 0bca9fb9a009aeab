import '#renderer/shell/boot/index.ts'
import type { AnyDocument, CollectionName } from '#app/kernel/index.ts'
import type { Contender, MakeContender } from './contenders/contender.ts'
import { forceDurability } from './durability.ts'
import type { Change, Facts } from './facts.ts'
import type { ContenderName } from './peers.ts'

// One contender in a real browser on its real IndexedDB. The driver calls these one after the other; times are in
// milliseconds.

const makers: Readonly<Record<ContenderName, () => Promise<MakeContender>>> = {
  rounds: async () => (await import('./contenders/rounds.ts')).roundsContender,
  'rxdb-dexie': async () => (await import('./contenders/rxdb-dexie.ts')).rxdbDexieContender,
  'rxdb-dexie-crypto-js': async () =>
    (await import('./contenders/rxdb-dexie-crypto-js.ts')).rxdbDexieCryptoContender,
  pouchdb: async () => (await import('./contenders/pouchdb.ts')).pouchContender,
}

let contender: Contender | undefined
let facts: Facts | undefined

function prepared(): { contender: Contender; facts: Facts } {
  if (contender === undefined || facts === undefined) throw new Error('no contender was prepared')
  return { contender, facts }
}

const bench = {
  async prepare(name: ContenderName, size: string): Promise<void> {
    facts = (await fetched(`/documents/${size}/facts.json`)) as Facts
    const make = await makers[name]()
    contender = make(facts)
  },

  /** Fetches the documents; afterwards `insert` puts them in. */
  async create(size: string): Promise<void> {
    const { contender, facts } = prepared()
    const documents = new Map<CollectionName, readonly AnyDocument[]>()
    for (const name of facts.collections) {
      documents.set(name, (await fetched(`/documents/${size}/${name}.json`)) as AnyDocument[])
    }
    const { insert } = await contender.create(documents)
    bench.insert = () => timed(insert)
  },
  insert: (): Promise<number> => Promise.reject(new Error('create comes first')),
  finish: () => prepared().contender.finish(),

  approach: () => prepared().contender.approach(),

  /** From the key in hand to the first screen, and to everything loaded. */
  async unlock(): Promise<{ unlock: number; full: number }> {
    const { contender, facts } = prepared()
    const started = performance.now()
    await contender.open()
    await until(() => isFirstScreenRight(contender, facts))
    const unlock = performance.now() - started
    await until(() => contender.isLoaded())
    return { unlock, full: performance.now() - started }
  },
  /** For those who can show no first screen. */
  open: () => prepared().contender.open(),

  async queries(): Promise<number[]> {
    const { contender, facts } = prepared()
    return eachTimed(facts.starts, async (start) => {
      const rows = await contender.appointmentsFrom(start)
      if (rows.length === 0) throw new Error('a page of appointments is empty')
    })
  },

  async substrings(): Promise<number[]> {
    const { contender, facts } = prepared()
    return eachTimed(facts.terms, async (term) => {
      const rows = await contender.patientsWith(term)
      if (rows.length === 0) throw new Error('a patient was not found')
    })
  },

  /** Durable when it resolves, for everybody. */
  async writes(): Promise<number[]> {
    const { contender, facts } = prepared()
    forceDurability('strict')
    const times = await eachTimed(facts.writes, (change) => contender.update(change))
    forceDurability('relaxed')
    return times
  },

  /** Relaxed for everybody, and by each one's own call for many documents. */
  scattered(): Promise<number> {
    const { contender, facts } = prepared()
    const again = ({ value, ...change }: Change) => ({ ...change, value: `${value}, again` })
    const changes = facts.scattered.map(again)
    return timed(() => contender.updateAll(changes))
  },
}
export type Bench = typeof bench

async function isFirstScreenRight(contender: Contender, facts: Facts): Promise<boolean> {
  const shown = await contender.appointmentsFrom(facts.dayBegins)
  const found = await contender.patientsWith(facts.term)
  return found.length === facts.hits && shown.join() === facts.today.join()
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await task()
  return performance.now() - started
}

async function eachTimed<Item>(
  items: readonly Item[],
  task: (item: Item) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = []
  for (const item of items) times.push(await timed(() => task(item)))
  return times
}

/** Longer than this, and the answer is not late but wrong. */
const PATIENCE = 60_000

/** Asks again and again, and lets what loads behind go on in between. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const started = performance.now()
  while (!(await isSo())) {
    if (performance.now() - started > PATIENCE) throw new Error('a screen stayed wrong')
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
}

async function fetched(path: string): Promise<unknown> {
  const response = await fetch(path)
  if (!response.ok) throw new Error(`the server has no ${path}`)
  return response.json()
}

Object.assign(globalThis, { bench })

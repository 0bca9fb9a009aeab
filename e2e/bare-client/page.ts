import '#renderer/shell/boot/index.ts'
import { filter, firstValueFrom } from 'rxjs'
import { canonicalJson } from '#app/kernel/index.ts'
import { base64Of } from '#app/kernel/base64.ts'
import type { Id } from '#app/kernel/index.ts'
import { moduleNames } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { connectHost } from '#renderer/host/index.ts'
import { createReplicaGate, systemEnvironment } from '#renderer/replica/index.ts'
import type { Replica } from '#renderer/replica/index.ts'
import { noteDisk } from './disk-notes.ts'
import { isMarked, startLoad } from './load.ts'
import type { Load } from './load.ts'
import { migrationsOfRelease } from './releases.ts'
import { tell } from './told.ts'

// The real replica on the browser's real IndexedDB, with its real way in, and no screens. What drives it calls these.

let online = true
const environment = {
  ...systemEnvironment,
  fetch: (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
    online ? fetch(input, init) : Promise.reject(new TypeError('there is no network')),
}
const { host, onKeys } = connectHost('bare')
/** `?release=n`: the n-th release after this one. */
const release = Number(new URLSearchParams(location.search).get('release') ?? 0)
const gate = createReplicaGate({ host, onKeys, environment, migrations: migrationsOfRelease(release) })
let opened: Replica | undefined
const problems: string[] = []

function replica(): Replica {
  if (opened === undefined) throw new Error('no replica is open')
  return opened
}

function follow(made: Replica): void {
  opened = made
  made.status$.subscribe(({ problem }) => {
    if (problem !== null && !problems.includes(problem.code)) problems.push(problem.code)
  })
  tellRewriting(made)
}

function tellRewriting({ rotation$ }: Replica): void {
  let isUnderWay = false
  rotation$.subscribe((status) => {
    const isNow = status.phase === 'rewriting' && status.why === 'version'
    if (isNow !== isUnderWay) tell({ type: isNow ? 'rewriting' : 'rewritten' })
    isUnderWay = isNow
  })
}

async function only(): Promise<Id> {
  const [summary] = await gate.summaries()
  if (summary === undefined) throw new Error('no replica is here')
  return summary.replicaId
}

const bare = {
  setOnline(now: boolean): void {
    online = now
    // The host hears of a network as in life.
    globalThis.dispatchEvent(new Event(now ? 'online' : 'offline'))
  },
  isEnrolled: async (): Promise<boolean> => (await gate.summaries()).length > 0,
  async enrol(login: string, password: string, passphrase: string): Promise<void> {
    const input = { serverUrl: location.origin, login, password, passphrase, deviceLabel: 'bare' }
    follow(await gate.enrol(input, ({ step }) => step === 'signing-in' && tell({ type: 'signing-in' })))
  },
  /** False: the passphrase is another. */
  async unlock(passphrase: string): Promise<boolean> {
    const replicaId = await only()
    const made = await gate.unlock(replicaId, passphrase, () => undefined).catch(wrongPassphrase)
    if (made !== null) follow(made)
    return made !== null
  },
  async forget(): Promise<void> {
    await opened?.lock()
    await gate.forget(await only())
  },
  lock: (): Promise<void> => replica().lock(),

  /** The server has everything, and says so. */
  async settled(): Promise<void> {
    await firstValueFrom(
      replica().status$.pipe(
        filter(({ phase, pending, initial }) => phase === 'done' && pending === 0 && initial === null),
      ),
    )
  },
  status: () => replica().status(),
  /** The codes of all that the replica complained of since the page was opened. */
  problems: (): readonly string[] => problems,

  changePassphrase: (current: string, next: string): Promise<void> =>
    replica().changePassphrase(current, next),
  rotateDataKey: (): Promise<void> => replica().rotateDataKey(),

  load: (load: Load): void => startLoad(replica(), load),
  /** Every record as canonical JSON, by `module/id`. */
  documents: async (): Promise<[string, string][]> => [...(await documentsOf(replica()))],
  /** What the load wrote, whole; of the rest, the number and a hash. */
  async content() {
    const held = await documentsOf(replica())
    const marked = [...held].filter(([, json]) => isMarked(json))
    const rest = [...held].filter(([, json]) => !isMarked(json)).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const bytes = new TextEncoder().encode(JSON.stringify(rest))
    const hash = base64Of(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
    return { marked, rest: { count: rest.length, hash } }
  },

  create: async (name: ModuleName, data: Record<string, unknown>): Promise<Id> =>
    // What the driver sends, the replica validates.
    (await replica().create(name, data as never)).id,
  update: async (name: ModuleName, id: Id, change: Record<string, unknown>): Promise<void> =>
    void (await replica().update(name, id, change as never)),
  get: async (name: ModuleName, id: Id) => replica().get(name, id),
  /** Adds a text as a file, has a document name it, and reads it again. */
  async attach(id: Id, text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text)
    const slice = async (start: number, end: number) => bytes.slice(start, end)
    const file = await replica().files.add({
      name: 'letter.txt',
      type: 'text/plain',
      size: bytes.length,
      slice,
    })
    await replica().update('documents', id, { content: [file] })
    await replica().files.bytes(file, { module: 'documents', id })
  },
  search: (text: string) => replica().search(text, { limit: 50 }),
  quarantine: () => firstValueFrom(replica().quarantine$),
}
export type Bare = typeof bare

function wrongPassphrase(failure: unknown): null {
  if (failure instanceof Error && 'code' in failure && failure.code === 'replica.passphrase') return null
  throw failure
}

async function documentsOf(held: Replica): Promise<ReadonlyMap<string, string>> {
  const documents = new Map<string, string>()
  for (const name of moduleNames) {
    for (const view of await firstValueFrom(held.list({ module: name }))) {
      documents.set(`${name}/${view.id}`, canonicalJson(view))
    }
  }
  return documents
}

noteDisk(tell)
Object.assign(globalThis, { bare })

import { beforeEach, expect, test } from 'vitest'
import { AppError, newId } from '#app/kernel/index.ts'
import { readPart } from '#app/protocol/index.ts'
import { openEncryptedStorage } from '../storage/index.ts'
import { memoryDisk } from '../testing/memory-disk.ts'
import { storageKeys } from '../testing/storage-keys.ts'
import { FileBook } from './file-book.ts'
import { Outgoing } from './outgoing.ts'
import { Shelf } from './shelf.ts'

let book: FileBook
let shelf: Shelf

beforeEach(async () => {
  const keys = await storageKeys([1])
  const storage = await openEncryptedStorage({ pageStore: memoryDisk().open(), replicaId: newId(), keys })
  book = new FileBook(await storage.records('files'))
  shelf = new Shelf({ book, pieces: storage.pieces, clock: { now: () => Date.now() } })
})

function add(letter: string): Promise<string> {
  const bytes = new TextEncoder().encode(letter.repeat(100))
  const slice = async (start: number, end: number) => bytes.slice(start, end)
  return shelf.add({ name: 'a.txt', type: '', size: bytes.length, slice }, () => undefined)
}

/** A server that takes a part when `take` lets it; `waited` are the pauses that were begun. */
function outgoingTo(take: (hash: string) => Promise<void>, online = (): Promise<void> => Promise.resolve()) {
  const waited: (() => void)[] = []
  const outgoing: Outgoing = new Outgoing({
    book,
    shelf,
    session: {
      call: (async () => ({ received: 0, whole: false })) as never,
      async sendPart(part) {
        const { hash = '', bytes } = readPart(part) ?? {}
        await take(hash)
        return { received: bytes?.length ?? 0, whole: true }
      },
    },
    environment: {
      random: () => 0,
      wait: (_milliseconds, signal) =>
        new Promise((resolve) => {
          waited.push(resolve)
          signal?.addEventListener('abort', () => resolve())
        }),
    },
    online,
    life: () => '',
    onProgress: () => undefined,
    onSent: async () => undefined,
    signal: new AbortController().signal,
  })
  return { outgoing, waited }
}

const sent = (hash: string) => book.get(hash)?.sent

test('what is added while something is sent goes, too, without being asked for again', async () => {
  const first = await add('a')
  let second = ''
  const { outgoing } = outgoingTo(async () => {
    if (second !== '') return
    second = await add('b')
    outgoing.wake()
  })
  outgoing.wake()
  await expect.poll(() => [sent(first), sent(second)]).toEqual([true, true])
})

test('a file that is refused holds up no other, says why, and is tried again at the next waking', async () => {
  const [refused, other] = [await add('a'), await add('b')]
  let isFull = true
  const { outgoing } = outgoingTo(async (hash) => {
    if (hash === refused && isFull) throw new AppError('blob.quota', { limit: 1 })
  })
  outgoing.wake()
  await expect.poll(() => sent(other)).toBe(true)
  expect([sent(refused), outgoing.problem(refused)?.code]).toEqual([false, 'blob.quota'])
  isFull = false
  outgoing.wake()
  await expect.poll(() => sent(refused)).toBe(true)
  expect(outgoing.problem(refused)).toBeNull()
})

test('what a bad line did to the session is no refusal: the file is tried again by itself', async () => {
  for (const code of ['access.signature', 'access.throttled', 'request.too-often'] as const) {
    const hash = await add(code)
    let failures = 0
    const { outgoing, waited } = outgoingTo(async () => {
      failures += 1
      if (failures === 1) throw new AppError(code)
    })
    outgoing.wake()
    await expect.poll(() => waited.length).toBe(1)
    expect(outgoing.problem(hash)).toBeNull()
    waited[0]?.()
    await expect.poll(() => sent(hash)).toBe(true)
  }
})

// Looked for since seed 20261203.2 of the simulation left a file unsent: a part goes by the new session of a restored server
// after its new connection has woken whatever waits.
test('what a restored server has forgotten is offered anew, without a waking', async () => {
  const hash = await add('a')
  let parts = 0
  const { outgoing, waited } = outgoingTo(async () => {
    parts += 1
    if (parts === 1) throw new AppError('blob.missing')
  })
  outgoing.wake()
  await expect.poll(() => waited.length).toBe(1)
  expect(outgoing.problem(hash)).toBeNull()
  waited[0]?.()
  await expect.poll(() => sent(hash)).toBe(true)
})

test('a refusal that arrives after a waking counts no more: it is of how it was before', async () => {
  const hash = await add('a')
  let parts = 0
  const { outgoing } = outgoingTo(async () => {
    parts += 1
    if (parts > 1) return
    outgoing.wake()
    throw new AppError('blob.quota', { limit: 1 })
  })
  outgoing.wake()
  await expect.poll(() => sent(hash)).toBe(true)
})

test('a pause ends when the network is back', async () => {
  const hash = await add('a')
  let isCut = true
  const { outgoing, waited } = outgoingTo(async () => {
    if (isCut) throw new AppError('network.unreachable')
  })
  outgoing.wake()
  await expect.poll(() => waited.length).toBe(1)
  isCut = false
  outgoing.wake()
  await expect.poll(() => sent(hash)).toBe(true)
})

test('changes of one record at once are all of them there', async () => {
  const hash = await add('a')
  const carriers = Array.from({ length: 5 }, () => ({ collection: 'clinical' as const, id: newId() }))
  await Promise.all([
    book.change(hash, { sent: true }),
    ...carriers.map((carrier) => book.carry(hash, carrier, true)),
    book.change(hash, { kept: true }),
  ])
  expect(book.get(hash)).toMatchObject({ sent: true, kept: true, carried: true, carriers })
})

// Found by the simulation, seed 1 on SQLite: a device that was shut out with a file unsent stood still.
test('where there never will be a server again, a file waits and nothing asks on', async () => {
  const hash = await add('a')
  let asked = 0
  const { outgoing } = outgoingTo(
    () => Promise.resolve(),
    async () => {
      asked += 1
      // So that a circle ends the test, and not only the time for it.
      if (asked > 3) throw new Error('asked on')
      throw new AppError('replica.locked')
    },
  )
  outgoing.wake()
  await outgoing.ended()
  await new Promise((resolve) => setTimeout(resolve))
  expect([asked, sent(hash)]).toEqual([1, false])
})

import { createHash, randomBytes } from 'node:crypto'
import { filter, firstValueFrom } from 'rxjs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { blankOf } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule, ViewOfModule } from '#app/modules/index.ts'
import { BLOB_CHUNK, BLOB_PART_HEAD, BLOB_PART_PATH, BLOB_READ_PATH } from '#app/protocol/index.ts'
import type { Attachment } from '#app/values/index.ts'
import type { Replica } from '#renderer/replica/index.ts'
import { openReplicaWith, systemEnvironment } from '#renderer/replica/index.ts'
import type { Environment } from '#renderer/replica/index.ts'
import { openEncryptedStorage } from '#renderer/replica/storage/index.ts'
import { memoryDisk } from '#renderer/replica/testing/memory-disk.ts'
import type { MemoryDisk } from '#renderer/replica/testing/memory-disk.ts'
import { takeBackup } from '#sync-server/testing/backup.ts'
import { startTestServer } from '#sync-server/testing/test-server.ts'
import type { TestServer } from '#sync-server/testing/test-server.ts'
import { enrolSeat, fillDisk, keysOf, newSeat, signerOf } from './simulation/seat.ts'

// Files from one laptop to another, over real HTTP and lines that are cut: nothing that has arrived is asked for twice, and
// what one added is what the other sees.

const collections: readonly CollectionName[] = ['patients', 'clinical']
/** Of the large file. `npm run bigfile` sends fifty. */
const megabytes = Number(process.env['ROUNDS_FILE_MB'] ?? 2)

let server: TestServer
const laptops: Laptop[] = []

beforeAll(async () => {
  server = await startTestServer()
})
afterEach(async () => {
  for (const { close } of laptops.splice(0)) await close()
})
afterAll(() => server.close())

type Laptop = {
  readonly replica: () => Replica
  readonly disk: () => MemoryDisk
  readonly line: Line
  /** The process dies where it is, and a new one opens what is on the disk. */
  kill(): Promise<void>
  close(): Promise<void>
}

async function laptop(login: string): Promise<Laptop> {
  const seat = await newSeat(login)
  const { deviceId, session } = await enrolSeat(server.url, seat, { label: login })
  const { user, organisation } = session
  const [line, keys] = [badLine(), await keysOf(seat)]
  let disk = memoryDisk()
  const enrolled = { identity: { deviceId, serverUrl: server.url, user, organisation }, session }
  const open = async (first: boolean) =>
    openReplicaWith({
      replicaId: seat.replicaId,
      storage: await openEncryptedStorage({ pageStore: disk.open(), replicaId: seat.replicaId, keys }),
      signer: signerOf(seat),
      environment: line.environment,
      retryTime: 50,
      collections,
      ...(first ? { enrolled } : {}),
    })
  let replica = await open(true)
  const made: Laptop = {
    replica: () => replica,
    disk: () => disk,
    line,
    async kill() {
      // What lies there at this moment; how the old process ends is seen on its own disk only.
      const left = memoryDisk()
      fillDisk(left, disk)
      disk = left
      await replica.lock()
      replica = await open(false)
    },
    close: () => replica.lock(),
  }
  laptops.push(made)
  return made
}

type Line = {
  readonly environment: Environment
  /** The bytes of files that came, and were sent, over this line. */
  readonly moved: { up: number; down: number }
  setOnline(online: boolean): void
  /** So many of the next transfers are cut, each after at most so many bytes. */
  cut(times: number, after: number): void
}

function badLine(): Line {
  let online = true
  let cuts = { left: 0, after: 0 }
  let chance = 1
  const moved = { up: 0, down: 0 }
  const open = new Set<AbortController>()
  const nextCut = (): number | null => {
    if (cuts.left === 0) return null
    cuts = { ...cuts, left: cuts.left - 1 }
    chance = (chance * 16_807) % 2_147_483_647
    return chance % cuts.after
  }

  async function up(url: string, init: RequestInit, part: Uint8Array<ArrayBuffer>): Promise<Response> {
    const cut = nextCut()
    const sent = cut === null ? part : part.slice(0, BLOB_PART_HEAD + cut)
    moved.up += sent.length - BLOB_PART_HEAD
    const answer = await fetch(url, { ...init, body: sent })
    if (cut === null) return answer
    throw new TypeError('the line was cut')
  }

  async function down(url: string, init: RequestInit): Promise<Response> {
    const answer = await fetch(url, init)
    const cut = nextCut()
    let rest = cut ?? Infinity
    const body = answer.body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(bytes, controller) {
          const passes = bytes.subarray(0, Math.min(rest, bytes.length))
          rest -= passes.length
          moved.down += passes.length
          if (passes.length > 0) controller.enqueue(passes)
          if (rest <= 0) controller.error(new TypeError('the line was cut'))
        },
      }),
    )
    return new Response(body ?? null, { status: answer.status, headers: answer.headers })
  }

  const environment: Environment = {
    ...systemEnvironment,
    wait: (milliseconds, signal) =>
      // Pauses are cut short; how long a line may be silent is not.
      systemEnvironment.wait(milliseconds < 30_000 ? Math.min(milliseconds, 30) : milliseconds, signal),
    async fetch(input, init) {
      if (!online) throw new TypeError('there is no network')
      const line = new AbortController()
      open.add(line)
      const signal = AbortSignal.any([line.signal, ...(init?.signal ? [init.signal] : [])])
      const url = input instanceof Request ? input.url : new URL(input).href
      if (url.endsWith(BLOB_PART_PATH) && init?.body instanceof Uint8Array)
        return up(url, { ...init, signal }, new Uint8Array(init.body))
      if (url.endsWith(BLOB_READ_PATH)) return down(url, { ...init, signal })
      return fetch(input, { ...init, signal })
    },
  }
  return {
    environment,
    moved,
    setOnline(next) {
      online = next
      for (const line of next ? [] : open) line.abort()
      if (!next) open.clear()
    },
    cut: (left, after) => void (cuts = { left, after }),
  }
}

function picked(size: number) {
  const bytes = randomBytes(size)
  bytes.write('%PDF-1.7')
  const slice = async (start: number, end: number) => new Uint8Array(bytes.subarray(start, end))
  return { bytes, source: { name: 'Scan.pdf', type: 'application/pdf', size, slice } }
}

function done(replica: Replica): Promise<unknown> {
  return firstValueFrom(replica.status$.pipe(filter(({ phase }) => phase === 'done')))
}

async function aPatient(replica: Replica): Promise<Id> {
  const [patient] = await firstValueFrom(
    replica.list({ module: 'patients', limit: 1 }).pipe(filter((rows) => rows.length > 0)),
  )
  return patient?.id ?? ''
}

async function letter(replica: Replica, content: readonly Attachment[]): Promise<ViewOfModule<'documents'>> {
  const data = {
    ...blankOf(modules.documents),
    patientId: await aPatient(replica),
    siteId: server.synthetic.sites[0].id,
    type: { codings: [], text: 'Letter' },
    content: [...content],
  } as DataOfModule<'documents'>
  return replica.create('documents', data)
}

function arrived(replica: Replica, id: Id): Promise<ViewOfModule<'documents'> | null> {
  return firstValueFrom(replica.watch('documents', id).pipe(filter((view) => view !== null)))
}

test(
  'a file that was added without a network survives a kill and arrives whole over a line that is cut',
  { timeout: 120_000 + megabytes * 10_000 },
  async () => {
    const size = megabytes * 1024 * 1024 + 321
    const { bytes, source } = picked(size)
    const carla = await laptop('carla')
    await done(carla.replica())
    carla.line.setOnline(false)
    const file = await carla.replica().files.add(source)
    expect(file).toEqual({
      hash: createHash('sha256').update(bytes).digest('hex'),
      size,
      mime: 'application/pdf',
      name: 'Scan.pdf',
    })
    const { id } = await letter(carla.replica(), [file])
    await carla.kill()
    expect(carla.replica().status().files.count).toBe(1)

    carla.line.cut(4 * megabytes, 2 * BLOB_CHUNK)
    carla.line.setOnline(true)
    await carla.replica().syncNow()
    await done(carla.replica())
    expect(carla.replica().status().files).toEqual({ count: 0, bytes: 0 })
    // A cut costs nothing that has arrived.
    expect(carla.line.moved.up).toBe(size)

    const sofia = await laptop('sofia')
    await done(sofia.replica())
    const view = await arrived(sofia.replica(), id)
    sofia.line.cut(3 * megabytes, 2 * BLOB_CHUNK)
    const of = { module: 'documents', id } as const
    const got = await sofia.replica().files.bytes(view?.content?.[0] ?? file, of)
    expect(Buffer.from(got).equals(bytes)).toBe(true)
    expect(sofia.line.moved.down).toBe(size)
    // From here on it lies here.
    sofia.line.setOnline(false)
    expect((await sofia.replica().files.bytes(file, of)).length).toBe(size)
    expect(await server.store.blobs.usage()).toEqual({ bytes: size, files: 1 })
  },
)

test('other documents do not wait for a file, and who is faster than it is told', async () => {
  const carla = await laptop('carla')
  await done(carla.replica())
  const { bytes, source } = picked(3 * BLOB_CHUNK)
  carla.line.cut(1_000_000, 1)
  const file = await carla.replica().files.add(source)
  const [first, second] = [await letter(carla.replica(), [file]), await letter(carla.replica(), [])]
  const sofia = await laptop('sofia')
  await arrived(sofia.replica(), second.id)
  await arrived(sofia.replica(), first.id)
  const of = { module: 'documents', id: first.id } as const
  await expect(sofia.replica().files.bytes(file, of)).rejects.toMatchObject({ code: 'blob.missing' })
  expect(carla.replica().status().phase).not.toBe('done')
  carla.line.cut(0, 1)
  await done(carla.replica())
  expect(Buffer.from(await sofia.replica().files.bytes(file, of)).equals(bytes)).toBe(true)
})

test('a file leaves with its document, from the disk too, and is not had again', async () => {
  const [carla, sofia] = [await laptop('carla'), await laptop('sofia')]
  await Promise.all([done(carla.replica()), done(sofia.replica())])
  const { source } = picked(BLOB_CHUNK + 1)
  const file = await carla.replica().files.add(source)
  const { id } = await letter(carla.replica(), [file])
  await done(carla.replica())
  const of = { module: 'documents', id } as const
  await carla.replica().files.keep(file, of, true)
  expect(carla.disk().pieces.size).toBe(2)
  await arrived(sofia.replica(), id)
  await sofia.replica().update('documents', id, { siteId: server.synthetic.sites[1].id })
  await firstValueFrom(
    carla
      .replica()
      .watch('documents', id)
      .pipe(filter((view) => view === null)),
  )
  await expect.poll(() => carla.disk().pieces.size).toBe(0)
  await expect(carla.replica().files.bytes(file, of)).rejects.toMatchObject({ code: 'blob.missing' })
})

test('a file that a restored server awaits from one who brought its document is sent by who has it', async () => {
  const [carla, sofia] = [await laptop('carla'), await laptop('sofia')]
  await Promise.all([done(carla.replica()), done(sofia.replica())])
  const restore = await takeBackup(server)
  const { bytes, source } = picked(BLOB_CHUNK + 1)
  const file = await carla.replica().files.add(source)
  const { id } = await letter(carla.replica(), [file])
  await done(carla.replica())
  await arrived(sofia.replica(), id)
  for (const { line } of [carla, sofia]) line.setOnline(false)
  await restore()
  await server.store.renewIncarnation()

  // The document is there again by somebody who has never had its file.
  sofia.line.setOnline(true)
  await sofia.replica().syncNow()
  await done(sofia.replica())
  const of = { module: 'documents', id } as const
  await expect(sofia.replica().files.bytes(file, of)).rejects.toMatchObject({ code: 'blob.missing' })
  carla.line.setOnline(true)
  await carla.replica().syncNow()
  await done(carla.replica())
  expect(Buffer.from(await sofia.replica().files.bytes(file, of)).equals(bytes)).toBe(true)
})

test('what is kept comes by itself with the next connection', async () => {
  const [carla, sofia] = [await laptop('carla'), await laptop('sofia')]
  await Promise.all([done(carla.replica()), done(sofia.replica())])
  const { bytes, source } = picked(2 * BLOB_CHUNK)
  const file = await carla.replica().files.add(source)
  const { id } = await letter(carla.replica(), [file])
  await done(carla.replica())
  await arrived(sofia.replica(), id)
  sofia.line.setOnline(false)
  const of = { module: 'documents', id } as const
  await expect(sofia.replica().files.keep(file, of, true)).rejects.toMatchObject({
    code: 'network.unreachable',
  })
  sofia.line.setOnline(true)
  await sofia.replica().syncNow()
  await firstValueFrom(
    sofia
      .replica()
      .files.standing$(file.hash)
      .pipe(filter(({ here }) => here)),
  )
  sofia.line.setOnline(false)
  expect(Buffer.from(await sofia.replica().files.bytes(file, of)).equals(bytes)).toBe(true)
})

test('a lock while kept files come ends that without a fault, and they come after the next opening', async () => {
  const [carla, sofia] = [await laptop('carla'), await laptop('sofia')]
  await Promise.all([done(carla.replica()), done(sofia.replica())])
  const files = Array.from({ length: 6 }, () => picked(3_000))
  const kept = await Promise.all(files.map(({ source }) => carla.replica().files.add(source)))
  const { id } = await letter(carla.replica(), kept)
  await done(carla.replica())
  await arrived(sofia.replica(), id)
  sofia.line.setOnline(false)
  const of = { module: 'documents', id } as const
  for (const file of kept)
    await sofia
      .replica()
      .files.keep(file, of, true)
      .catch(() => undefined)
  // So bad a line that none of them comes soon.
  sofia.line.cut(100_000, 16)
  sofia.line.setOnline(true)
  await firstValueFrom(
    sofia
      .replica()
      .files.standing$(kept[0]?.hash ?? '')
      .pipe(filter(({ moving }) => moving !== null)),
  )
  // A promise that is rejected behind everybody's back fails this file.
  await sofia.kill()
  sofia.line.cut(0, 1)
  for (const { hash } of kept) {
    const standing = sofia.replica().files.standing$(hash)
    await firstValueFrom(standing.pipe(filter(({ here }) => here)))
  }
})

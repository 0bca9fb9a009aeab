import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { AppError } from '#app/kernel/index.ts'
import {
  BLOB_PART,
  BLOB_PART_HEAD,
  BLOB_PART_PATH,
  BLOB_READ_PATH,
  blobReadRequestSchema,
  readPart,
} from '#app/protocol/index.ts'
import type { BlobService } from '../blobs/blob-service.ts'
import { checkProtocol, signInFirst, whoOf } from './sync-routes.ts'
import type { SignIn } from './sync-routes.ts'

type Parts = { readonly blobs: BlobService; readonly signedIn: SignIn }

const mostBytes = BLOB_PART_HEAD + BLOB_PART

/** The bytes of files. Nothing of a file stands in an address, a header or a log. */
export async function blobRoutes(app: FastifyInstance, { blobs, signedIn }: Parts): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const lanes = transferLanes()
  const options = { compress: false, onRequest: signInFirst(signedIn) } as const
  app.addHook('onRequest', async (request) => checkProtocol(request))
  // As a stream: a body that is cut off is read as far as it came.
  app.addContentTypeParser('application/octet-stream', (_request, body, done) => done(null, body))

  app.post(BLOB_PART_PATH, { ...options, bodyLimit: mostBytes }, async (request) => {
    const who = whoOf(request)
    if (!(request.body instanceof Readable)) throw new AppError('request.invalid', { place: 'body' })
    const { body } = request
    return lanes.run(who.deviceId, async () => {
      const part = readPart(await whatArrives(body))
      if (part === null) throw new AppError('request.invalid', { place: 'body' })
      return blobs.take(who, part.hash, part.from, part.bytes)
    })
  })

  const read = { ...options, bodyLimit: 1024, schema: { body: blobReadRequestSchema } }
  typed.post(BLOB_READ_PATH, read, async (request, reply) => {
    const who = whoOf(request)
    const leave = lanes.enter(who.deviceId)
    reply.raw.once('close', leave)
    const { length, pieces } = await blobs.read(who, request.body)
    reply.headers({ 'content-type': 'application/octet-stream', 'content-length': length })
    return reply.send(Readable.from(pieces, { objectMode: false }))
  })
}

/** The bytes of a body, up to where the line was cut: what has come once need not come again. */
function whatArrives(body: Readable): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const parts: Buffer[] = []
  let length = 0
  const settle = () => resolve(Buffer.concat(parts))
  body.on('data', (bytes: Buffer) => {
    length += bytes.length
    if (length > mostBytes) reject(new AppError('request.too-large', { limit: mostBytes }))
    else parts.push(bytes)
  })
  body.on('end', settle).on('error', settle).on('close', settle)
  return promise
}

/** The most transfers of one device at a time: more would only slow each other down, and everybody else. */
const MOST_TRANSFERS = 6

function transferLanes() {
  const running = new Map<string, number>()

  /** Throws `blob.busy`; answers how to leave, which counts once. */
  function enter(deviceId: string): () => void {
    const count = running.get(deviceId) ?? 0
    if (count >= MOST_TRANSFERS) throw new AppError('blob.busy')
    running.set(deviceId, count + 1)
    let inside = true
    return () => {
      if (!inside) return
      inside = false
      const left = (running.get(deviceId) ?? 1) - 1
      if (left === 0) running.delete(deviceId)
      else running.set(deviceId, left)
    }
  }

  return {
    enter,
    async run<Result>(deviceId: string, work: () => Promise<Result>): Promise<Result> {
      const leave = enter(deviceId)
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}

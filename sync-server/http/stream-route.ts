import type { FastifyInstance } from 'fastify'
import type { Id } from '#app/kernel/index.ts'
import { STREAM_PATH } from '#app/protocol/index.ts'
import type { StreamEvent } from '#app/protocol/index.ts'
import type { SignedIn } from '../access/sessions/sessions.ts'
import type { StreamHub } from '../replication/live/stream.ts'
import { checkProtocol } from './sync-routes.ts'
import type { SignIn } from './sync-routes.ts'

/** A reader that does not read is cut off: counters must not pile up for it. It connects again and pulls. */
const mostBuffered = 64 * 1024

type StreamParts = {
  readonly hub: StreamHub
  readonly signedIn: SignIn
  /** Whether the session still holds that was shown when the stream was opened. */
  readonly standing: (sessionId: Id) => Promise<SignedIn>
}

/** The live stream as server-sent events, past Fastify's reply: nothing buffers or compresses it. */
export async function streamRoute(
  app: FastifyInstance,
  { hub, signedIn, standing }: StreamParts,
): Promise<void> {
  app.get(STREAM_PATH, { compress: false }, async (request, reply) => {
    checkProtocol(request)
    const { sessionId } = await signedIn(request)
    reply.headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // Asks a proxy in front (nginx) not to buffer.
      'x-accel-buffering': 'no',
    })
    reply.hijack()
    const { raw } = reply
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) raw.setHeader(name, value)
    }
    raw.writeHead(200).flushHeaders()
    const send = (event: StreamEvent) => {
      if (raw.destroyed || raw.writableEnded) return
      if (raw.writableLength > mostBuffered) raw.destroy()
      else {
        raw.write(`data: ${JSON.stringify(event)}\n\n`)
        // Node keeps a chunk until everything that runs now is done: readers would wait for the answer to the writer.
        raw.socket?.uncork()
      }
    }
    let closed = false
    let remove = () => {}
    raw.on('close', () => {
      closed = true
      remove()
    })
    try {
      remove = await hub.open({
        send,
        isIdle: () => raw.writableLength === 0,
        end: () => raw.end(),
        signedIn: async () => ({ ...(await standing(sessionId)), address: request.ip }),
      })
      if (closed) remove()
    } catch {
      raw.end()
    }
  })
}

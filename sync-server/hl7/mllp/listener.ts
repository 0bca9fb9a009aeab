import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { AppError } from '#app/kernel/index.ts'
import { cipherSuites } from '../../tls/index.ts'
import { encodeFrame, FRAME_LIMIT, mllpDecoder } from './codec.ts'

/**
 * What becomes of one message. `replies` are sent in their order, each as soon as it is there, before the next message
 * of the connection is looked at; an empty list is the silence that the sender asked for. `unsent` is called where the
 * connection was gone before all of them were sent. `close` ends the connection without an answer: the sender keeps the
 * message and tries again.
 */
export type Handling =
  | {
      readonly type: 'answer'
      readonly replies: readonly (Buffer | Promise<Buffer | null>)[]
      readonly unsent?: () => Promise<void>
    }
  | { readonly type: 'close' }

/** PEM. With `clientCa` only senders whose certificate it has signed are heard. */
export type TlsMaterial = {
  readonly key: Buffer
  readonly cert: Buffer
  readonly clientCa: Buffer | null
}

export type ListenerOptions = {
  readonly host: string
  readonly port: number
  /** Named in the error when the port is taken. */
  readonly portSetting: string
  /** Must not reject for a message's sake; a rejection closes the connection. */
  readonly handle: (message: Buffer) => Promise<Handling>
  readonly onTrouble?: (trouble: ListenerTrouble) => void
  /** Null or absent: plain TCP. TLS is 1.2 or 1.3. */
  readonly tls?: TlsMaterial | null
  readonly frameLimit?: number
  readonly idleMilliseconds?: number
  readonly maxConnections?: number
  /** How long `close()` waits for answers that are under way. */
  readonly graceMilliseconds?: number
}

/** Never holds a byte of what was sent. */
export type ListenerTrouble = {
  readonly what: 'frame-too-large' | 'handler-failed' | 'socket-error' | 'idle' | 'tls-refused'
  readonly cause?: unknown
}

/** An open connection: whence, since when, and how much came of it. */
export type ConnectionState = {
  readonly from: string
  readonly since: string
  readonly lastAt: string | null
  readonly messages: number
}

export type MllpListener = {
  readonly port: number
  readonly connections: () => readonly ConnectionState[]
  readonly close: () => Promise<void>
}

/** Messages that may wait on one connection before its socket is no longer read; all of them as large as one may be. */
const QUEUE_LIMIT = 32
/** How long a connection that we closed may take to be closed by the other side. */
const LINGER_MILLISECONDS = 2_000

export async function startMllpListener(options: ListenerOptions): Promise<MllpListener> {
  const open = new Set<Connection>()
  const server = serverFor(options, (socket) => {
    const connection = serve(socket, options)
    open.add(connection)
    socket.once('close', () => open.delete(connection))
  })
  server.maxConnections = options.maxConnections ?? 256
  // Before TLS is agreed on there is no connection of ours, but a socket that keeps the server open.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await listen(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => [...open].map(({ state }) => state()),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const grace = setTimeout(() => {
        for (const connection of open) connection.destroy()
        for (const socket of sockets) socket.destroy()
      }, options.graceMilliseconds ?? 5_000)
      for (const connection of open) connection.finish()
      await closed
      clearTimeout(grace)
    },
  }
}

const HANDSHAKE_MILLISECONDS = 10_000

function serverFor({ tls, onTrouble }: ListenerOptions, onConnection: (socket: Socket) => void): Server {
  const sockets = { allowHalfOpen: true, noDelay: true, keepAlive: true }
  if (tls === null || tls === undefined) return createServer(sockets, onConnection)
  const { key, cert, clientCa } = tls
  const clients = clientCa === null ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }
  const settings = {
    minVersion: 'TLSv1.2',
    ciphers: cipherSuites,
    handshakeTimeout: HANDSHAKE_MILLISECONDS,
  } as const
  const server = createTlsServer({ ...sockets, ...settings, key, cert, ...clients }, onConnection)
  server.on('tlsClientError', (cause) => onTrouble?.({ what: 'tls-refused', cause }))
  return server
}

function listen(server: Server, { host, port, portSetting }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES'
      reject(taken ? new AppError('server.port-taken', { host, port, setting: portSetting }) : error)
    })
    server.listen({ host, port }, resolve)
  })
}

type Connection = {
  /** Reads no more, answers what is in hand, closes. */
  readonly finish: () => void
  readonly destroy: () => void
  readonly state: () => ConnectionState
}

/** One connection: its messages are handled one after the other, so its answers stand in the order of its messages. */
function serve(socket: Socket, options: ListenerOptions): Connection {
  const { frameLimit = FRAME_LIMIT } = options
  const decoder = mllpDecoder(frameLimit)
  const queue: Buffer[] = []
  /** Bytes of the queue. */
  let waiting = 0
  let working = false
  let ending = false
  const from = socket.remoteAddress ?? ''
  const since = new Date().toISOString()
  let lastAt: string | null = null
  let messages = 0
  const trouble = options.onTrouble ?? (() => undefined)

  /** FIN, then read on without listening: closing with unread bytes would send a reset that can overtake an answer. */
  function part(): void {
    socket.end()
    socket.resume()
    setTimeout(() => socket.destroy(), LINGER_MILLISECONDS).unref()
  }

  function isFull(): boolean {
    return queue.length >= QUEUE_LIMIT || waiting >= frameLimit
  }

  function finish(): void {
    if (ending) return
    ending = true
    socket.pause()
    work()
  }

  function work(): void {
    if (working) return
    working = true
    handleAll().catch((cause: unknown) => {
      trouble({ what: 'handler-failed', cause })
      socket.destroy()
    })
  }

  async function handleAll(): Promise<void> {
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      if (socket.destroyed) break
      waiting -= message.length
      const handling = await options.handle(message)
      if (handling.type === 'close') {
        ending = true
        return part()
      }
      let areSent = true
      for (const reply of handling.replies) areSent = (await send(socket, await reply)) && areSent
      if (!areSent) await handling.unsent?.()
      if (!isFull() && socket.isPaused() && !ending) socket.resume()
    }
    working = false
    if (ending) part()
  }

  socket.setTimeout(options.idleMilliseconds ?? 30 * 60_000)
  socket.on('timeout', () => {
    // Our own work takes its time; a sender that is there no longer, or reads none of its answers, takes a place.
    if (working && !socket.writableNeedDrain) return
    trouble({ what: 'idle' })
    socket.destroy()
  })
  socket.on('data', (packet) => {
    if (ending) return
    const { frames, tooLarge } = decoder.push(packet)
    queue.push(...frames)
    for (const { length } of frames) waiting += length
    messages += frames.length
    if (frames.length > 0) lastAt = new Date().toISOString()
    if (tooLarge) {
      trouble({ what: 'frame-too-large' })
      finish()
    }
    if (isFull()) socket.pause()
    if (queue.length > 0) work()
  })
  // A sender that says FIN after its message still reads: it gets its answer.
  socket.on('end', finish)
  socket.on('error', (cause) => trouble({ what: 'socket-error', cause }))
  return { finish, destroy: () => socket.destroy(), state: () => ({ from, since, lastAt, messages }) }
}

/** Waits for a slow reader, so that answers never pile up in memory. False where nobody is there to read it. */
async function send(socket: Socket, reply: Buffer | null): Promise<boolean> {
  if (reply === null) return true
  if (socket.destroyed || !socket.writable) return false
  if (socket.write(encodeFrame(reply))) return true
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.once('drain', done)
    socket.once('close', done)
  })
  return !socket.destroyed
}

import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isIP } from 'node:net'
import { cipherSuites } from '../../tls/index.ts'
import { encodeFrame, mllpDecoder } from '../mllp/codec.ts'

/** PEM: who we say we are, and whom we believe; null: nobody in particular, and whom this system believes. */
export type SendIdentity = {
  readonly ca: Buffer | null
  readonly client: { readonly cert: Buffer; readonly key: Buffer } | null
}

export type Place = { readonly host: string; readonly port: number; readonly tls: SendIdentity | null }

/** One connection to a destination: a message at a time. */
export type Connection = {
  isOpen(): boolean
  /**
   * Sends a message and shows `read` every frame that comes back, until it makes something of one: frames that answer
   * another message are passed over. Null when the time ran out or the connection ended; it is closed then, so that a late
   * answer is never taken for the next one.
   */
  ask<T>(message: Buffer, milliseconds: number, read: (frame: Buffer) => T | null): Promise<T | null>
  /**
   * Sends what nobody answers, and ends the connection. True when all of it is out and the other side has ended the
   * connection, too, or says nothing against it for a while.
   */
  tell(messages: readonly Buffer[], milliseconds: number): Promise<boolean>
  close(): void
}

/** How long a connection that we ended may take to be ended by the other side. */
const LINGER_MILLISECONDS = 2_000

/** Rejects where nobody listens, or where the two do not believe each other. */
export async function openConnection(place: Place, milliseconds: number): Promise<Connection> {
  const socket = await opened(place, milliseconds)
  const decoder = mllpDecoder()
  let open = true
  let broken = false
  let hear: (frame: Buffer) => void = () => {}
  let ended: () => void = () => {}
  const end = (): void => {
    open = false
    socket.destroy()
    ended()
  }
  socket.on('data', (packet) => {
    const { frames, tooLarge } = decoder.push(packet)
    for (const frame of frames) hear(frame)
    if (tooLarge) end()
  })
  socket.on('error', () => {
    broken = true
    end()
  })
  socket.on('end', end)
  socket.on('close', end)
  return {
    isOpen: () => open,
    close: end,
    async ask(message, milliseconds, read) {
      if (!open) return null
      const { promise, resolve } = Promise.withResolvers<ReturnType<typeof read>>()
      const timer = setTimeout(() => resolve(null), milliseconds)
      hear = (frame) => {
        const made = read(frame)
        if (made !== null) resolve(made)
      }
      ended = () => resolve(null)
      socket.write(encodeFrame(message))
      const answer = await promise
      clearTimeout(timer)
      hear = () => {}
      ended = () => {}
      if (answer === null) end()
      return answer
    },
    async tell(messages, milliseconds) {
      if (!open) return false
      const over = Promise.withResolvers<boolean>()
      let isOut = false
      let timer = setTimeout(end, milliseconds)
      ended = () => over.resolve(isOut && !broken)
      socket.once('finish', () => {
        isOut = true
        clearTimeout(timer)
        timer = setTimeout(end, LINGER_MILLISECONDS)
      })
      socket.end(Buffer.concat(messages.map(encodeFrame)))
      const told = await over.promise
      clearTimeout(timer)
      return told
    },
  }
}

function opened({ host, port, tls }: Place, milliseconds: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = tls === null ? connect({ host, port, noDelay: true }) : secured(host, port, tls)
    const timer = setTimeout(() => socket.destroy(new Error('no connection in time')), milliseconds)
    socket.once(tls === null ? 'connect' : 'secureConnect', () => {
      clearTimeout(timer)
      socket.off('error', reject)
      socket.setKeepAlive(true)
      resolve(socket)
    })
    socket.once('error', (cause) => {
      clearTimeout(timer)
      reject(cause)
    })
  })
}

function secured(host: string, port: number, { ca, client }: SendIdentity): Socket {
  return connectTls({
    host,
    port,
    minVersion: 'TLSv1.2',
    ciphers: cipherSuites,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === null ? {} : { ca }),
    ...client,
  })
}

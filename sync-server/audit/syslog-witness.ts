import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { connect as connectPlain, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { cipherSuites } from '../tls/index.ts'
import type { Witness, WitnessedHead } from './head-witness.ts'

// The end of the audit as a message of syslog (RFC 5424), by UDP (RFC 5426), TCP (RFC 6587, counted), or TLS (RFC 5425). A
// collector answers nothing: told is what its socket took. By UDP that may be lost on the way.

export type SyslogPlace = {
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly host: string
  readonly port: number
  /** A file of certificates that the collector's is checked with, beside the usual ones; null: those alone. */
  readonly caFile: string | null
}

const usualPorts = { udp: 514, tcp: 601, tls: 6514 } as const

/** `udp://host`, `tcp://host:601` or `tls://host`; null for what is none. */
export function syslogPlaceOf(address: string, caFile: string | null): SyslogPlace | null {
  const [, scheme, host = '', port] =
    /^(udp|tcp|tls):\/\/(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/i.exec(address) ?? []
  if (scheme !== 'udp' && scheme !== 'tcp' && scheme !== 'tls') return null
  return {
    transport: scheme,
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? usualPorts[scheme] : Number(port),
    caFile,
  }
}

export function syslogWitness(place: SyslogPlace): Witness {
  return async (head) => {
    const message = Buffer.from(syslogMessage(head))
    if (place.transport === 'udp') return sendDatagram(place, message)
    const socket = await connected(place)
    const frame = Buffer.concat([Buffer.from(`${message.length} `), message])
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.end(frame, resolve)
    })
  }
}

/** Facility 13 (log audit), severity 5 (notice). */
const PRIORITY = 13 * 8 + 5

/** Its text is the line that a file would hold, so that a collector's file serves `npm run audit -- verify` as well. */
export function syslogMessage(head: WitnessedHead): string {
  const host =
    hostname()
      .replaceAll(/[^!-~]/g, '-')
      .slice(0, 255) || '-'
  return `<${PRIORITY}>1 ${head.at} ${host} rounds ${process.pid} audit-head - ${JSON.stringify(head)}`
}

const PATIENCE = 10_000

function sendDatagram({ host, port }: SyslogPlace, message: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    socket.once('error', reject)
    socket.send(message, port, host, (fault) => {
      socket.close()
      if (fault === null) resolve()
      else reject(fault)
    })
  })
}

async function connected({ transport, host, port, caFile }: SyslogPlace): Promise<Socket> {
  const ca = caFile === null ? {} : { ca: await readFile(caFile) }
  const socket =
    transport === 'tls'
      ? connectTls({
          host,
          port,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          minVersion: 'TLSv1.2',
          ciphers: cipherSuites,
          ...ca,
        })
      : connectPlain({ host, port })
  socket.setTimeout(PATIENCE, () => socket.destroy(new Error('the collector did not answer in time')))
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

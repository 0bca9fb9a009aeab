import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { issue } from '../hl7/testing/certificate.ts'
import { syslogMessage, syslogPlaceOf, syslogWitness } from './syslog-witness.ts'

const head = { at: '2026-03-02T10:00:00.000Z', seq: 7, hash: 'a'.repeat(64) }
const text = /^<109>1 2026-03-02T10:00:00\.000Z [!-~]+ rounds \d+ audit-head - \{"at".*"seq":7.*\}$/

let folder = ''
const servers: Server[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rounds-syslog-'))
})
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await rm(folder, { recursive: true, force: true })
})

/** What a collector by TCP or TLS takes, of the first who says anything. */
async function collected(
  server: Server,
  event: 'connection' | 'secureConnection' = 'connection',
): Promise<{ readonly port: number; readonly frame: Promise<string> }> {
  servers.push(server)
  const frame = new Promise<string>((resolve) => {
    server.on(event, (socket: Socket) => {
      let all = ''
      socket.on('data', (part) => void (all += part.toString()))
      socket.on('error', () => undefined)
      socket.on('end', () => {
        if (all !== '') resolve(all)
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: portOf(server), frame }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('a syslog collector', () => {
  it('is named by an address, with the usual ports', () => {
    expect(syslogPlaceOf('udp://logs', null)).toMatchObject({ transport: 'udp', host: 'logs', port: 514 })
    expect(syslogPlaceOf('tls://[::1]:7000', 'ca')).toMatchObject({ host: '::1', port: 7000, caFile: 'ca' })
    for (const address of ['logs', 'http://logs', 'tcp://logs/path', 'tcp://a b'])
      expect(syslogPlaceOf(address, null)).toBeNull()
  })

  it('is told by UDP in one datagram', async () => {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const came = once(socket, 'message')
    await syslogWitness({ transport: 'udp', host: '127.0.0.1', port: socket.address().port, caFile: null })(
      head,
    )
    expect(String((await came)[0])).toMatch(text)
    socket.close()
  })

  it('is told by TCP in a frame that says its length', async () => {
    const { port, frame } = await collected(createServer())
    await syslogWitness({ transport: 'tcp', host: '127.0.0.1', port, caFile: null })(head)
    const [, length, message] = /^(\d+) ([^]*)$/.exec(await frame) ?? []
    expect(message).toMatch(text)
    expect(Number(length)).toBe(Buffer.byteLength(message ?? ''))
  })

  it('is told by TLS where its certificate is trusted, and not where it is not', async () => {
    const authority = issue('Synthetic authority')
    const { key, cert } = issue('collector', authority)
    const { port, frame } = await collected(createTlsServer({ key, cert }), 'secureConnection')
    const caFile = join(folder, 'ca.pem')
    await writeFile(caFile, authority.cert)
    const place = { transport: 'tls', host: '127.0.0.1', port } as const
    await expect(syslogWitness({ ...place, caFile: null })(head)).rejects.toThrow()
    await syslogWitness({ ...place, caFile })(head)
    expect(await frame).toContain(syslogMessage(head))
  })

  it('that is not there is told so, to be told again', async () => {
    const { port } = await collected(createServer())
    servers.splice(0)[0]?.close()
    await expect(
      syslogWitness({ transport: 'tcp', host: '127.0.0.1', port, caFile: null })(head),
    ).rejects.toThrow()
  })
})

import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { configFrom } from '../../config.ts'
import { issue } from '../testing/certificate.ts'
import { encodeFrame, mllpDecoder } from './codec.ts'
import { startMllpListener } from './listener.ts'
import type { ListenerTrouble, MllpListener } from './listener.ts'
import { transportOf } from './transport.ts'

const authority = issue('Synthetic authority')
const own = issue('listener', authority)
const sender = issue('sender', authority)
const stranger = issue('stranger')

let listener: MllpListener | null = null
const troubles: ListenerTrouble['what'][] = []

afterEach(async () => {
  await listener?.close()
  listener = null
  troubles.length = 0
})

async function start(clientCa: Buffer | null): Promise<number> {
  listener = await startMllpListener({
    host: '127.0.0.1',
    port: 0,
    portSetting: 'ROUNDS_MLLP_PORT',
    tls: { key: own.key, cert: own.cert, clientCa },
    graceMilliseconds: 200,
    handle: async (message) => ({ type: 'answer', replies: [Buffer.from(`ack ${message.toString()}`)] }),
    onTrouble: ({ what }) => troubles.push(what),
  })
  return listener.port
}

/** The answer to one message; rejects where none comes. */
async function ask(port: number, options: ConnectionOptions = {}): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', ca: authority.cert, ...options })
  try {
    socket.write(encodeFrame(Buffer.from('hello')))
    const [packet] = (await Promise.race([
      once(socket, 'data'),
      once(socket, 'close').then(() => Promise.reject(new Error('closed'))),
    ])) as [Buffer]
    return `${mllpDecoder().push(packet).frames.join()} ${socket.getProtocol()}`
  } finally {
    socket.destroy()
  }
}

describe('MLLP over TLS', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s', async (version) => {
    const port = await start(null)
    expect(await ask(port, { minVersion: version, maxVersion: version })).toBe(`ack hello ${version}`)
  })

  test('older versions are refused', async () => {
    const port = await start(null)
    // This client would not speak them by itself.
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    await expect(ask(port, old)).rejects.toThrow()
    await expect.poll(() => troubles).toContain('tls-refused')
  })

  test.each(['AES256-GCM-SHA384', 'ECDHE-RSA-AES128-SHA', 'ECDHE-ECDSA-AES128-SHA'])(
    'the suite %s is refused: a stolen key would open what was recorded, or the length is not covered',
    async (ciphers) => {
      const port = await start(null)
      await expect(ask(port, { maxVersion: 'TLSv1.2', ciphers })).rejects.toThrow()
      await expect.poll(() => troubles).toContain('tls-refused')
    },
  )

  test('with client certificates, only senders that have one are heard', async () => {
    const port = await start(authority.cert)
    expect(await ask(port, { key: sender.key, cert: sender.cert })).toBe('ack hello TLSv1.3')
    await expect(ask(port)).rejects.toThrow()
    await expect(ask(port, { key: stranger.key, cert: stranger.cert })).rejects.toThrow()
    await expect.poll(() => troubles).toEqual(['tls-refused', 'tls-refused'])
  })

  test('a sender that does not believe us keeps nobody from closing', async () => {
    const port = await start(authority.cert)
    const client = { key: sender.key, cert: sender.cert }
    await expect(ask(port, { ...client, ca: issue('Elsewhere').cert })).rejects.toThrow()
    await listener?.close()
    listener = null
  })
})

describe('what the settings allow', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rounds-tls-'))
    await writeFile(join(folder, 'cert.pem'), own.cert)
    await writeFile(join(folder, 'key.pem'), own.key)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const transport = (environment: Record<string, string>) => transportOf(configFrom(environment).mllp)

  test('plain text stays on loopback, unless a setting says otherwise', async () => {
    expect(await transport({})).toBeNull()
    expect(await transport({ ROUNDS_MLLP_HOST: '127.0.5.1' })).toBeNull()
    expect(await transport({ ROUNDS_MLLP_HOST: '::1' })).toBeNull()
    expect(await transport({ ROUNDS_MLLP_HOST: '0.0.0.0', ROUNDS_MLLP_PLAIN: 'anywhere' })).toBeNull()
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'hospital.example']) {
      await expect(transport({ ROUNDS_MLLP_HOST: host })).rejects.toMatchObject({
        code: 'server.config',
        facts: { setting: 'ROUNDS_MLLP_CERT' },
      })
    }
  })

  test('a certificate needs its key, and both need their files', async () => {
    const cert = join(folder, 'cert.pem')
    expect(() => configFrom({ ROUNDS_MLLP_CERT: cert })).toThrow(/ROUNDS_MLLP_KEY/)
    expect(() => configFrom({ ROUNDS_MLLP_CLIENT_CA: cert })).toThrow(/ROUNDS_MLLP_CERT/)
    const key = join(folder, 'key.pem')
    const files = { ROUNDS_MLLP_HOST: '0.0.0.0', ROUNDS_MLLP_CERT: cert, ROUNDS_MLLP_KEY: key }
    expect(await transport(files)).toEqual({ cert: own.cert, key: own.key, clientCa: null })
    await expect(transport({ ...files, ROUNDS_MLLP_KEY: join(folder, 'none') })).rejects.toMatchObject({
      facts: { setting: 'ROUNDS_MLLP_KEY' },
    })
  })
})

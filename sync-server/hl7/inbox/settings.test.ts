import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { mllpDecoder } from '../mllp/codec.ts'
import { sendMessages } from '../send.ts'
import { issue } from '../testing/certificate.ts'
import { inbox, send, states, textAt } from '../testing/exchange.ts'
import { openHospital } from '../testing/hospital.ts'
import type { Hospital, HospitalOptions } from '../testing/hospital.ts'
import { admit, discharge, message, msh, pid } from '../testing/messages.ts'
import { openPartner } from '../testing/partner.ts'

/** On a machine that has much else to do. */
const soon = { timeout: 15_000, interval: 20 }

let hospital: Hospital | null = null

afterEach(async () => {
  await hospital?.close()
  hospital = null
})

async function open(settings: HospitalOptions['settings']): Promise<Hospital> {
  hospital = await openHospital(settings === undefined ? {} : { settings })
  return hospital
}

describe('what a feed may set', () => {
  test('a type, version or processing id that is not taken is parked and answered well', async () => {
    const here = await open({ unsupported: 'park', processingIds: ['P'] })
    const strange = message(msh({ type: 'ZZZ^Z01', controlId: '1' }), pid)
    const training = admit('2', { processing: 'T', accept: 'AL', apply: 'AL' })
    expect(await send(here, strange, admit('3', { version: '2.1' }), strange)).toEqual(['AA', 'AA', 'AA'])
    const answers = await sendMessages('127.0.0.1', here.hl7.port, [training], { answersPerMessage: 2 })
    expect(answers.map((answer) => answer && textAt(answer, 'MSA-1'))).toEqual(['CA', 'AA'])
    expect(await states(here)).toEqual(['parked', 'parked', 'duplicate', 'parked'])
    expect((await inbox(here)).map(({ facts }) => facts['type'])).toEqual([
      'ZZZ^Z01',
      'version 2.1',
      undefined,
      'processing id T',
    ])
    // Put back by a person, it waits again: nothing has learnt the type since.
    expect(await here.hl7.deadLetters.replay(1)).toBe(true)
    await here.hl7.idle()
    expect((await states(here))[0]).toBe('parked')
  })

  test('what has no header is answered AR with an empty MSA-2, and kept', async () => {
    const here = await open({ unreadable: 'refuse' })
    const [answer = null] = await sendMessages('127.0.0.1', here.hl7.port, [Buffer.from('hello')])
    expect(answer && [textAt(answer, 'MSA-1'), textAt(answer, 'MSA-2')]).toEqual(['AR', ''])
    expect(await states(here)).toEqual(['parked'])
  })

  test('a fault of ours is answered AR or CR', async () => {
    const here = await open({ ownFault: 'refuse' })
    await here.store.close()
    const enhanced = admit('2', { accept: 'ER' })
    const answers = await sendMessages('127.0.0.1', here.hl7.port, [admit('1'), enhanced])
    expect(answers.map((answer) => answer && textAt(answer, 'MSA-1'))).toEqual(['AR', 'CR'])
  })

  test('application acknowledgements go where the feed wants them', async () => {
    const { promise: arrived, resolve } = Promise.withResolvers<string>()
    const decoder = mllpDecoder()
    const server = createServer((socket) =>
      socket.on('data', (packet) => decoder.push(packet).frames.map(String).forEach(resolve)),
    )
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const here = await open({ replyTo: { host: '127.0.0.1', port, tls: false } })
    const sent = await sendMessages('127.0.0.1', here.hl7.port, [admit('1', { accept: 'AL', apply: 'AL' })])
    expect(sent.map((answer) => answer && textAt(answer, 'MSA-1'))).toEqual(['CA'])
    expect(textAt(Buffer.from(await arrived), 'MSA-1')).toBe('AA')
    server.close()
  })

  test('application acknowledgements go there by TLS, to a partner that is believed', async () => {
    const authority = issue('Partners')
    const { key, cert } = issue('partner', authority)
    const folder = await mkdtemp(join(tmpdir(), 'rounds-hl7-reply-'))
    const partner = await openPartner({ key, cert, clientCa: null })
    try {
      await writeFile(join(folder, 'ca.pem'), authority.cert)
      const replyTo = { host: '127.0.0.1', port: partner.port, tls: true }
      const config = { sendTls: { ca: join(folder, 'ca.pem'), client: null } }
      hospital = await openHospital({ settings: { replyTo }, config })
      await sendMessages('127.0.0.1', hospital.hl7.port, [admit('1', { accept: 'AL', apply: 'AL' })])
      await expect.poll(() => partner.received.map((reply) => textAt(reply, 'MSA-1')), soon).toEqual(['AA'])
    } finally {
      await partner.close()
      await rm(folder, { recursive: true })
    }
  })

  test('application acknowledgements go nowhere in the clear beyond this machine', async () => {
    const here = await open({ replyTo: { host: 'partner.example', port: 2575, tls: false } })
    const sent = await sendMessages('127.0.0.1', here.hl7.port, [admit('1', { accept: 'AL', apply: 'AL' })])
    expect(sent.map((answer) => answer && textAt(answer, 'MSA-1'))).toEqual(['CA'])
    await expect
      .poll(async () => (await here.store.outbox.destinations())[0]?.code, soon)
      .toBe('hl7.destination-plain')
    expect(await states(here)).toEqual(['applied'])
    expect(await here.store.outbox.entry(1)).toMatchObject({ state: 'waiting', attempts: 0 })
  })

  test('nothing that a sender put into its header where a code belongs comes back', async () => {
    const here = await open({})
    const odd = message('MSH|^~\\&|A|B|C|D|20260511083000||Vahl Jane 1980^A01|1|P|2.5.1', pid)
    const [answer = null] = await sendMessages('127.0.0.1', here.hl7.port, [odd])
    expect(answer?.toString()).toContain('unreadable')
    expect(answer?.toString()).not.toMatch(/Vahl|Jane/i)
  })
})

describe('batches', () => {
  const inBatch = (...messages: readonly Buffer[]): Buffer =>
    Buffer.concat([
      Buffer.from(
        'FHS|^~\\&|ADT|GENERAL|ROUNDS|HUB|20260511083000||||F1\rBHS|^~\\&|ADT|GENERAL|ROUNDS|HUB|20260511083000||||B1\r',
      ),
      ...messages,
      Buffer.from(`BTS|${messages.length}\rFTS|1\r`),
    ])

  test('each message is kept for itself; the answers come together', async () => {
    const here = await open({})
    const unsupported = message(msh({ type: 'ADT^A99', controlId: '2' }), pid)
    const batch = inBatch(admit('1'), unsupported, discharge('3'))
    const [answer = null] = await sendMessages('127.0.0.1', here.hl7.port, [batch])
    const lines = (answer?.toString() ?? '').split('\r')
    expect(lines.map((line) => line.slice(0, 3))).toEqual([
      'FHS',
      'BHS',
      'MSH',
      'MSA',
      'MSH',
      'MSA',
      'ERR',
      'MSH',
      'MSA',
      'BTS',
      'FTS',
      '',
    ])
    expect(lines.filter((line) => line.startsWith('MSA')).map((line) => line.slice(4, 8))).toEqual([
      'AA|1',
      'AR|2',
      'AA|3',
    ])
    expect(lines[1]?.split('|').slice(2, 6)).toEqual(['ROUNDS', 'HUB', 'ADT', 'GENERAL'])
    expect(lines[1]?.endsWith('|B1')).toBe(true)
    await here.hl7.idle()
    expect(await states(here)).toEqual(['applied', 'refused', 'applied'])
  })

  test('messages that stand in a row without an envelope are so many messages, and each is answered', async () => {
    const here = await open({})
    const vaccine = (controlId: string, number: string, code: string): Buffer =>
      message(
        msh({ type: 'VXU^V04', controlId }),
        `PID|1||${number}^^^GENERAL^MR||Vahl^Jane`,
        'ORC|RE',
        `RXA|0|1|20260511||${code}^Vaccine^CVX|0.5|mL`,
      )
    const row = Buffer.concat([vaccine('1', '71', '08'), vaccine('2', '72', '20')])
    const [answer = null] = await sendMessages('127.0.0.1', here.hl7.port, [row])
    expect(answer?.toString().match(/MSA\|AA\|\d/g)).toEqual(['MSA|AA|1', 'MSA|AA|2'])
    await here.hl7.idle()
    expect(await states(here)).toEqual(['applied', 'applied'])
    const given = await here.records('immunizations')
    expect(new Set(given.map(({ patientId }) => patientId)).size).toBe(2)
  })

  test('a line that begins like a header and is none stays in its message', async () => {
    const here = await open({})
    const odd = Buffer.concat([admit('1'), Buffer.from('MSHX\r')])
    expect(await send(here, odd)).toEqual(['AA'])
    expect(await states(here)).toEqual(['applied'])
  })

  test('what stands in a batch without a header is kept, and the connection closed', async () => {
    const here = await open({})
    const headless = inBatch(Buffer.from('PID|1||71^^^GENERAL^MR||Vahl^Jane\rPV1|1|I\r'))
    expect(await send(here, headless)).toEqual(['closed'])
    expect(await inbox(here)).toMatchObject([{ state: 'parked', code: 'hl7.not-hl7' }])
  })

  test('an empty batch is answered with an empty one', async () => {
    const here = await open({})
    const [answer = null] = await sendMessages('127.0.0.1', here.hl7.port, [inBatch()])
    expect(answer?.toString()).toContain('BTS|0')
  })
})

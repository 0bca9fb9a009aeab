import { describe, expect, test } from 'vitest'
import { acknowledgementFor, buildAck } from './ack.ts'
import type { AckCode, Fault } from './ack.ts'
import { readHeader } from './header.ts'
import { parseMessage } from './parse/message.ts'
import type { Message } from './parse/message.ts'
import { valueAt } from './parse/path.ts'

function message(text: string | Buffer): Message {
  const result = parseMessage(Buffer.from(text))
  if (!result.ok) throw new Error(result.error.why)
  return result.value
}

const modes = (acceptCondition: string, applicationCondition: string) => ({
  acceptCondition,
  applicationCondition,
})

describe('which answer', () => {
  test('original mode: one answer, after the commit', () => {
    const first = (intake: Parameters<typeof acknowledgementFor>[1]) =>
      acknowledgementFor(modes('', ''), intake)
    expect(first('committed')).toEqual({ first: 'AA', instead: null, later: null })
    expect(first('content-fault')).toEqual({ first: 'AE', instead: null, later: null })
    expect(first('unsupported')).toEqual({ first: 'AR', instead: null, later: null })
    expect(first('own-fault')).toEqual({ first: 'close', instead: null, later: null })
  })

  test.each([
    ['AL', 'CA', 'CE', 'CR'],
    ['NE', null, null, null],
    ['ER', null, 'CE', 'CR'],
    ['SU', 'CA', null, null],
    ['', null, null, null],
  ])('enhanced mode, MSH-15 = %s', (accept, committed, content, unsupported) => {
    expect(acknowledgementFor(modes(accept, 'NE'), 'committed').first).toBe(committed)
    expect(acknowledgementFor(modes(accept, 'NE'), 'content-fault').first).toBe(content)
    expect(acknowledgementFor(modes(accept, 'NE'), 'unsupported').first).toBe(unsupported)
    expect(acknowledgementFor(modes(accept, 'NE'), 'own-fault').first).toBe('close')
  })

  test.each([
    ['AL', { applied: 'AA', 'mapping-fault': 'AE' }],
    ['NE', null],
    ['ER', { applied: null, 'mapping-fault': 'AE' }],
    ['SU', { applied: 'AA', 'mapping-fault': null }],
    ['', null],
  ])('enhanced mode, MSH-16 = %s', (application, then) => {
    expect(acknowledgementFor(modes('AL', application), 'committed').later).toEqual(then)
    expect(acknowledgementFor(modes('AL', application), 'content-fault').later).toBeNull()
  })

  test.each([
    ['NE', 'AL', 'AE', 'AR'],
    ['', 'ER', 'AE', 'AR'],
    ['SU', 'AL', 'AE', 'AR'],
    ['NE', 'SU', null, null],
    ['NE', 'NE', null, null],
    ['AL', 'AL', null, null],
    ['ER', 'ER', null, null],
  ])(
    'who is refused, MSH-15 = %s and MSH-16 = %s, hears of it once',
    (accept, application, content, type) => {
      const refused = (intake: 'content-fault' | 'unsupported') =>
        acknowledgementFor(modes(accept, application), intake)
      expect(refused('content-fault').instead).toBe(content)
      expect(refused('unsupported').instead).toBe(type)
      expect(acknowledgementFor(modes(accept, application), 'committed').instead).toBeNull()
      expect(acknowledgementFor(modes(accept, application), 'own-fault').instead).toBeNull()
      expect(acknowledgementFor(modes(accept, application), 'own-fault', 'refuse').instead).toBe(type)
    },
  )
})

describe('how it is written', () => {
  const answer = (text: string | Buffer, code: AckCode, fault?: Fault): Buffer => {
    const to = message(text)
    return buildAck({
      code,
      to,
      header: readHeader(to),
      controlId: 'R1',
      now: Date.UTC(2024, 4, 17, 12),
      fault,
    })
  }
  const missing: Fault = { code: 'hl7.required-missing', facts: { place: 'PID-3' } }

  test('sender and receiver change places, MSA-2 is MSH-10', () => {
    const text = 'MSH|^~\\&|ADT^1.2^ISO|HOSP|ROUNDS|R|20240517||ADT^A01^ADT_A01|M\\T\\1|T|2.5.1\rPID|1'
    expect(answer(text, 'AA').toString()).toBe(
      'MSH|^~\\&|ROUNDS|R|ADT^1.2^ISO|HOSP|20240517120000+0000||ACK^A01^ACK|R1|T|2.5.1\rMSA|AA|M\\T\\1\r',
    )
  })

  test('from 2.5 on ERR says where and why', () => {
    const ack = message(answer('MSH|^~\\&|A|B|C|D|1||ADT^A01|9|P|2.6\rPID|1||||Secret^Name', 'AE', missing))
    expect(valueAt(ack, 'ERR-2')).toEqual({ kind: 'text', text: 'PID' })
    expect(valueAt(ack, 'ERR-2.3')).toEqual({ kind: 'text', text: '3' })
    expect(valueAt(ack, 'ERR-3')).toEqual({ kind: 'text', text: '101' })
    expect(valueAt(ack, 'ERR-4')).toEqual({ kind: 'text', text: 'E' })
    expect(valueAt(ack, 'MSA-3')).toEqual({ kind: 'absent' })
    expect(ack.bytes.toString()).not.toContain('Secret')
  })

  test('before 2.5 ERR-1 and MSA-3 do', () => {
    const ack = message(answer('MSH|^~\\&|A|B|C|D|1||ADT^A01|9|P|2.3\rPID|1', 'AE', missing))
    expect(valueAt(ack, 'ERR-1')).toEqual({ kind: 'text', text: 'PID' })
    expect(valueAt(ack, 'ERR-1.3')).toEqual({ kind: 'text', text: '3' })
    expect(valueAt(ack, 'MSA-3')).toEqual({
      kind: 'text',
      text: 'The required field PID-3 is absent or unreadable.',
    })
  })

  test('the separators of the sender are kept, and what is accented comes back byte by byte', () => {
    const latin1 = Buffer.from('MSH$!*?%$Señal$B$$$1$$ADT!A08$7$P$2.4$$$$$$8859/1\r', 'latin1')
    const ack = answer(latin1, 'AR', { code: 'hl7.unsupported', facts: { type: 'ADT!A08' } })
    expect(ack.subarray(0, 9).toString('latin1')).toBe('MSH$!*?%$')
    expect(ack.toString('latin1')).toContain('$Señal$B$2024')
    expect(valueAt(message(ack), 'MSA-2')).toEqual({ kind: 'text', text: '7' })
    expect(valueAt(message(ack), 'MSH-18')).toEqual({ kind: 'text', text: '8859/1' })
  })

  test('a header with hardly anything in it is answered too', () => {
    expect(answer('MSH|^~\\&', 'AA').toString()).toContain('MSA|AA|\r')
  })
})

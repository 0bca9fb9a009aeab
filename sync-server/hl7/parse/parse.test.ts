import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unescapeBytes, escapeText } from './escape.ts'
import { standardDelimiters } from './delimiters.ts'
import { fieldOf, parseMessage, partsOf, segmentsOf, serialise, textOf } from './message.ts'
import type { Message } from './message.ts'
import { component, isNull, partAt, read, readWhole, repetitionsOf, valueAt } from './path.ts'

function parsed(text: string | Buffer, override: string | null = null): Message {
  const result = parseMessage(Buffer.from(text), () => override)
  if (!result.ok) throw new Error(result.error.why)
  return result.value
}

function segment(message: Message, name: string) {
  const found = segmentsOf(message, name)[0]
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

const admit = [
  'MSH|^~\\&|ADT|GOOD HEALTH|ROUNDS|R|20240517143000||ADT^A01^ADT_A01|MSG1|P|2.5.1',
  'EVN|A01|20240517143000',
  'PID|1||1001^^^GOOD&1.2.3&ISO^MR~77^^^OTHER^PI||Doe&van^Jane~Roe^Jane^^^^^M||19800229|F|""|||',
  'ZPD|x^y&z',
].join('\r')

describe('parser', () => {
  test('reads fields, repetitions, components and subcomponents by path', () => {
    const message = parsed(admit)
    expect(valueAt(message, 'PID-3')).toEqual({ kind: 'text', text: '1001' })
    expect(valueAt(message, 'PID-3[2].4')).toEqual({ kind: 'text', text: 'OTHER' })
    expect(valueAt(message, 'PID-3.4.2')).toEqual({ kind: 'text', text: '1.2.3' })
    expect(valueAt(message, 'PID-5.1.2')).toEqual({ kind: 'text', text: 'van' })
    expect(valueAt(message, 'ZPD-1.2.2')).toEqual({ kind: 'text', text: 'z' })
    expect(valueAt(message, 'MSH-1')).toEqual({ kind: 'text', text: '|' })
    expect(valueAt(message, 'MSH-2')).toEqual({ kind: 'text', text: '^~\\&' })
    expect(valueAt(message, 'MSH-9.3')).toEqual({ kind: 'text', text: 'ADT_A01' })
    expect(repetitionsOf(segment(message, 'PID'), 5).map((name) => component(name, 1))).toEqual([
      'Doe',
      'Roe',
    ])
  })

  test('absent, empty and "" are three things', () => {
    const message = parsed(admit)
    expect(valueAt(message, 'PID-9')).toEqual({ kind: 'null' })
    expect(isNull(segment(message, 'PID'), '9')).toBe(true)
    expect(valueAt(message, 'PID-10')).toEqual({ kind: 'empty' })
    expect(valueAt(message, 'PID-40')).toEqual({ kind: 'absent' })
    expect(valueAt(message, 'PID-7.2')).toEqual({ kind: 'absent' })
    expect(valueAt(message, 'PV1-2')).toEqual({ kind: 'absent' })
    expect(valueAt(message, 'PID[2]-1')).toEqual({ kind: 'absent' })
  })

  test.each([['\r'], ['\n'], ['\r\n'], ['\r\r'], ['\n\n']])('segments end in %j', (end) => {
    const message = parsed(admit.replaceAll('\r', end) + end)
    expect(message.segments.map((found) => found.name)).toEqual(['MSH', 'EVN', 'PID', 'ZPD'])
    expect(read(segment(message, 'EVN'), '2')).toBe('20240517143000')
  })

  test('a line break that a sender left in a text stays in the text', () => {
    const message = parsed(
      'MSH|^~\\&|A||||||ORU^R01|1\rOBX|1|TX|N^Note||first line\nsecond line|x\rNTE|1\nZZZ|1',
    )
    expect(readWhole(segment(message, 'OBX'), '5')).toBe('first line\nsecond line')
    expect(message.segments.map((found) => found.name)).toEqual(['MSH', 'OBX', 'NTE', 'ZZZ'])
  })

  test('custom delimiters', () => {
    const message = parsed('MSH$!*?%$A$B$$$$$ADT!A01$1\rPID$1$$5!!!H%1*6\rZZZ$a?S?b')
    expect(valueAt(message, 'PID-3[2]')).toEqual({ kind: 'text', text: '6' })
    expect(valueAt(message, 'PID-3.4.2')).toEqual({ kind: 'text', text: '1' })
    expect(valueAt(message, 'ZZZ-1')).toEqual({ kind: 'text', text: 'a!b' })
  })

  test.each([
    ['nothing', '', 'no-header'],
    ['a web request', 'GET / HTTP/1.1', 'no-header'],
    ['an empty MSH-2', 'MSH|||A', 'bad-delimiters'],
    ['one separator twice', 'MSH|^^\\&|A', 'bad-delimiters'],
    ['a letter as separator', 'MSHa^~\\&aA', 'bad-delimiters'],
    ['a header cut short', 'MSH|', 'bad-delimiters'],
  ])('%s is no message', (_, text, why) => {
    expect(parseMessage(Buffer.from(text))).toEqual({ ok: false, error: { why } })
  })

  test('MSH-2 without all separators parts less', () => {
    const message = parsed('MSH|^|A|B\rZZZ|a^b~c\\T\\d&e')
    expect(valueAt(message, 'ZZZ-1.2')).toEqual({ kind: 'text', text: 'b~c\\T\\d&e' })
  })

  test('writes the same bytes again from its parts, whatever they are', () => {
    const bytes = fc.stringMatching(/^[A-Za-z0-9 |^~\\&"\r\n.$é]*$/)
    const header = fc.constantFrom(
      'MSH|^~\\&|',
      'MSH$!*?%$',
      'MSH|^~\\&#|',
      'MSH|^|',
      'MSH|^~\\&',
      '\r\nMSH|^~\\&\r',
    )
    fc.assert(
      fc.property(header, bytes, (start, rest) => {
        const original = Buffer.from(start + rest)
        const result = parseMessage(original)
        if (result.ok) expect(serialise(result.value).toString('hex')).toBe(original.toString('hex'))
        else expect(result.error.why).toBe('bad-delimiters')
      }),
      { numRuns: 500 },
    )
  })

  test('a segment is parted once', () => {
    const pid = segment(parsed(admit), 'PID')
    expect(partsOf(pid)).toBe(partsOf(pid))
  })
})

describe('escapes', () => {
  const text = (written: string) =>
    unescapeBytes(Buffer.from(written, 'latin1'), standardDelimiters).toString('latin1')

  test.each([
    ['a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f', 'a|b^c&d~e\\f'],
    ['\\X41\\\\X0D0A\\', 'A\r\n'],
    ['one\\.br\\two\\.sp\\three\\.sp2\\four', 'one\ntwo\nthree\n\nfour'],
    ['\\H\\bold\\N\\ \\.in+4\\in', 'bold in'],
    ['C:\\dir\\file', 'C:\\dir\\file'],
    ['\\Q\\F\\', '\\Q|'],
    ['lone \\ mark', 'lone \\ mark'],
    ['\\X4\\', '\\X4\\'],
  ])('%s', (written, meant) => expect(text(written)).toBe(meant))

  test('what is escaped comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const plain = value.replaceAll(/\r\n?/g, '\n')
        const bytes = Buffer.from(escapeText(value, standardDelimiters))
        expect(unescapeBytes(bytes, standardDelimiters).toString()).toBe(plain)
        expect(bytes.includes(0x0b) || bytes.includes(0x1c) || bytes.includes(0x7c)).toBe(false)
      }),
    )
  })
})

describe('character sets', () => {
  const named = (charset: string, name: Buffer) =>
    Buffer.concat([Buffer.from(`MSH|^~\\&|A||||||ADT^A08|1|P|2.5||||||${charset}\rPID|||1||`), name])

  test.each([
    ['UNICODE UTF-8', Buffer.from('Müller'), 'Müller', false],
    ['8859/1', Buffer.from('Müller', 'latin1'), 'Müller', false],
    ['8859/2', Buffer.from([0xa3, 0xf3, 0x64, 0xbc]), 'Łódź', false],
    ['8859/5', Buffer.from([0xb8, 0xd2, 0xd0, 0xdd]), 'Иван', false],
    ['8859/15', Buffer.from([0x53, 0xa4]), 'S€', false],
    ['', Buffer.from('Müller'), 'Müller', true],
    ['', Buffer.from('Müller', 'latin1'), 'Müller', true],
    ['UNICODE UTF-8', Buffer.from('Müller', 'latin1'), 'Müller', true],
    ['ASCII~8859/1', Buffer.from('Müller', 'latin1'), 'Müller', true],
  ])('%s', (charset, name, expected, guessed) => {
    const message = parsed(named(charset, name))
    const field = fieldOf(segment(message, 'PID'), 5)
    expect(field === null ? '' : textOf(field)).toBe(expected)
    expect(message.charset.guessed).toBe(guessed)
  })

  test('the override of the feed comes before MSH-18', () => {
    const message = parsed(named('UNICODE UTF-8', Buffer.from([0xb8, 0xd2])), '8859/5')
    expect(read(segment(message, 'PID'), '5')).toBe('Ив')
  })

  test('an unknown character set is marked only where it matters', () => {
    expect(parsed(named('ISO IR87', Buffer.from('Doe'))).charset.known).toBe(true)
    expect(parsed(named('ISO IR87', Buffer.from('Müller'))).charset.known).toBe(false)
  })

  test('\\Xdd\\ means bytes of the character set of the message', () => {
    const message = parsed(named('8859/1', Buffer.from('M\\XFC\\llerö', 'latin1')))
    expect(readWhole(segment(message, 'PID'), '5')).toBe('Müllerö')
  })
})

test('a place that is none is a fault of ours, not of the message', () => {
  expect(() => partAt(segment(parsed(admit), 'PID'), 'five')).toThrow('not a place')
  expect(() => valueAt(parsed(admit), 'PID5')).toThrow('not a path')
})

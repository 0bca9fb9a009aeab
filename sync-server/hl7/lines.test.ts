import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, linesOf } from './lines.ts'
import { parseMessage } from './parse/message.ts'

const header = (charset: string) =>
  `MSH|^~\\&|ADT|GENERAL|ROUNDS|HUB|20260511||ADT^A08|1|P|2.5.1||||||${charset}`

function readBack(bytes: Buffer): string[] {
  const parsed = parseMessage(bytes)
  if (!parsed.ok) throw new Error(parsed.error.why)
  return linesOf(bytes, parsed.value)
}

describe('a message as lines', () => {
  it('is read back as it was written, in the character set that it names', () => {
    const latin = fc.string({ unit: fc.constantFrom('a', 'é', 'Ø', '|', '^', '\\', ' ') })
    fc.assert(
      fc.property(fc.constantFrom('', 'UNICODE UTF-8', '8859/1'), fc.array(latin), (charset, texts) => {
        const lines = [header(charset), ...texts.map((text) => `NTE|1||${text}`)]
        const bytes = bytesOf(lines, null)
        expect(bytes.ok && readBack(bytes.value)).toEqual(lines)
      }),
    )
  })

  it('is written in that character set', () => {
    const bytes = bytesOf([header('8859/1'), 'PID|1||||Núñez'], null)
    expect(bytes.ok && bytes.value.includes(Buffer.from('Núñez', 'latin1'))).toBe(true)
    const overridden = bytesOf([header('8859/1'), 'PID|1||||Núñez'], 'UNICODE UTF-8')
    expect(overridden.ok && overridden.value.includes(Buffer.from('Núñez', 'utf8'))).toBe(true)
  })

  it('is refused where the set has no place for a character, by its line', () => {
    const refused = bytesOf([header('8859/1'), 'PID|1||||Řehoř', 'NTE|1||ok'], null)
    expect(refused).toEqual({
      ok: false,
      error: { code: 'hl7.charset', facts: { charset: 'iso-8859-1', line: 2 } },
    })
  })

  it('keeps a line a segment: a break within one is no new segment', () => {
    const bytes = bytesOf([header(''), 'NTE|1||first\nsecond'], null)
    expect(bytes.ok && readBack(bytes.value)).toEqual([header(''), 'NTE|1||firstsecond'])
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base64Of, bytesOf } from './base64.ts'

test('writes what everybody reads, and reads it back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(bytesOf(base64Of(bytes))).toEqual(Uint8Array.from(bytes))
    }),
  )
})

test.each(['A', 'AAA', 'AAA*', 'AA=A', '====', 'AAAA\n'])('refuses %j', (text) => {
  expect(() => bytesOf(text)).toThrow('no base64')
})

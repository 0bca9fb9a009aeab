import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { sha256Hex } from '#app/kernel/index.ts'
import './index.ts'

test('the server hashes as clients do, whatever a text holds', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    // Halves of a pair of surrogates, as a cut in the middle of a character leaves them.
    fc.array(fc.integer({ min: 0xd7f0, max: 0xe010 })).map((units) => String.fromCharCode(...units)),
  )
  fc.assert(fc.property(texts, (text) => sha256Hex(text) === bytesToHex(sha256(utf8ToBytes(text)))))
  expect(sha256Hex('')).toBe(bytesToHex(sha256(new Uint8Array())))
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { newCanaries } from './canaries.ts'
import { searchBytes, searchFolder } from './search.ts'
import { unsnappy } from './snappy.ts'

const canary = newCanaries().next('a test')
const noise = Buffer.from('nothing to see here; '.repeat(50))

function found(...parts: readonly (Buffer | string)[]) {
  const bytes = Buffer.concat([noise, ...parts.map((part) => Buffer.from(part)), noise])
  return searchBytes('x', bytes).map(({ encoding, codes }) => [encoding, ...codes])
}

describe('the search', () => {
  it('finds a canary in UTF-8 and UTF-16, in capitals or not, and tells which', () => {
    expect(found(canary)).toEqual([['UTF-8', '0000']])
    expect(found(canary.toUpperCase())).toEqual([['UTF-8', '0000']])
    const utf16 = Buffer.from(canary, 'utf16le')
    expect(found(utf16)).toEqual([['UTF-16', '0000']])
    expect(found(Buffer.from(utf16).swap16())).toEqual([['UTF-16', '0000']])
  })

  it.for([0, 1, 2, 3, 4, 5])('finds it in base64 behind %i other bytes', (before) => {
    const text = Buffer.from(`${'x'.repeat(before)}${canary}, and more`).toString('base64')
    expect(found(text)).toEqual([['base64', '0000']])
  })

  it('finds nothing where nothing is', () => {
    expect(found('qzxvqkw jy0000', Buffer.from('qzxvqkwj').toString('base64'))).toEqual([])
  })

  it('looks into what is packed, and at names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rounds-search-'))
    try {
      const text = Buffer.from(`{"note":"${canary}"}`.repeat(20))
      await writeFile(join(folder, 'a'), Buffer.concat([noise, gzipSync(text)]))
      await writeFile(join(folder, 'b'), Buffer.concat([noise, zstdCompressSync(text)]))
      await writeFile(join(folder, `${canary}.txt`), noise)
      const hits = await searchFolder(folder)
      const places = hits.map(({ where, plain }) => [where.slice(folder.length), plain])
      expect(places).toContainEqual(['/a', false])
      expect(places).toContainEqual(['/b', false])
      expect(hits.filter(({ where }) => where.startsWith('the name of'))).toHaveLength(1)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('Snappy', () => {
  const bytes = (...values: readonly number[]) => Uint8Array.from(values)
  const text = (packed: Uint8Array) => Buffer.from(unsnappy(packed) ?? 'broken').toString()

  it('reads literals and copies, those that reach into themselves included', () => {
    expect(text(bytes(3, 2 << 2, 97, 98, 99))).toBe('abc')
    // "ab", then 8 bytes from 2 back: one-byte and two-byte offset.
    expect(text(bytes(10, 1 << 2, 97, 98, (4 << 2) | 1, 2))).toBe('ababababab')
    expect(text(bytes(10, 1 << 2, 97, 98, (7 << 2) | 2, 2, 0))).toBe('ababababab')
  })

  it('reads a literal whose length stands behind its tag', () => {
    const long = 'a'.repeat(300)
    expect(text(Buffer.concat([bytes(0xac, 2, 61 << 2, 0x2b, 1), Buffer.from(long)]))).toBe(long)
  })

  it('takes nothing else for Snappy', () => {
    expect(unsnappy(bytes())).toBeNull()
    expect(unsnappy(bytes(5, 0, 97))).toBeNull()
    expect(unsnappy(bytes(5, (1 << 2) | 1, 9))).toBeNull()
  })
})

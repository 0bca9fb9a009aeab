import { describe, expect, it } from 'vitest'
import { typeByContent } from './content-type.ts'

const head = (...bytes: readonly (number | string)[]): Uint8Array =>
  Uint8Array.from(bytes.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part)])))

describe('the type of a file', () => {
  it.each([
    ['image/png', head(0x89, 'PNG', 13, 10, 26, 10, 0, 0)],
    ['image/jpeg', head(0xff, 0xd8, 0xff, 0xe0)],
    ['image/gif', head('GIF89a')],
    ['image/webp', head('RIFF', 1, 2, 3, 4, 'WEBP')],
    ['image/avif', head(0, 0, 0, 32, 'ftypavif')],
    ['application/pdf', head('%PDF-1.7')],
  ])('is %s by its bytes, whatever was said', (type, bytes) => {
    expect(typeByContent('', bytes)).toBe(type)
    expect(typeByContent('text/plain', bytes)).toBe(type)
    expect(typeByContent('image/png', bytes)).toBe(type)
  })

  it('is none where the bytes are not what was said', () => {
    expect(typeByContent('image/png', head('<svg onload='))).toBe('application/octet-stream')
    expect(typeByContent('application/pdf', head('MZ'))).toBe('application/octet-stream')
    expect(typeByContent('image/webp', head('RIFF', 1, 2, 3, 4, 'WAVE'))).toBe('application/octet-stream')
    expect(typeByContent('image/jpeg', head())).toBe('application/octet-stream')
  })

  it('is what was said where no bytes tell', () => {
    expect(typeByContent('text/csv', head('name,city'))).toBe('text/csv')
    expect(typeByContent('', head('whatever'))).toBe('')
  })
})

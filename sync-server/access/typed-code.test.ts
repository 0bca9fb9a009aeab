import { describe, expect, it } from 'vitest'
import { inGroups, newCode, normalCode } from './typed-code.ts'

describe('a code as people type it', () => {
  it('forgives case, dashes, spaces, and letters that look like digits', () => {
    expect(normalCode(' abOl-1iz0 ')).toBe('AB0111Z0')
  })

  it('is the one that was shown', () => {
    const code = newCode(8)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)
    expect(inGroups(code)).toBe(`${code.slice(0, 4)}-${code.slice(4)}`)
    expect(normalCode(inGroups(code).toLowerCase())).toBe(code)
  })
})

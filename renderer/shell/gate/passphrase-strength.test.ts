import { describe, expect, it } from 'vitest'
import { passphraseStrength } from './passphrase-strength.ts'

describe('the strength of a passphrase', () => {
  it('calls short what the replica would refuse', () => {
    expect(passphraseStrength('short one', 12).word).toBe('short')
    expect(passphraseStrength('', 12)).toEqual({ share: 0, word: 'short' })
  })

  it('prefers several words to repetition', () => {
    expect(passphraseStrength('aaaaaaaaaaaaaaaa', 12).word).toBe('weak')
    expect(passphraseStrength('river river river river', 12).word).toBe('weak')
    expect(passphraseStrength('copper lantern drifts over wheat', 12).word).toBe('strong')
  })

  it('never exceeds the whole', () => {
    expect(passphraseStrength('copper lantern drifts over wheat under seven moons', 12).share).toBe(1)
  })
})

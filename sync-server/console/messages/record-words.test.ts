import { describe, expect, it } from 'vitest'
import { derivedId } from '#app/kernel/index.ts'
import { fieldLabel, moduleLabel, valueWords } from './record-words.ts'

describe('a record in words', () => {
  it('names modules and fields as the client does', () => {
    expect([moduleLabel('patients'), fieldLabel('patients', 'birthDate')]).toEqual(['Patient', 'Birth date'])
    expect([moduleLabel('unheard-of'), fieldLabel('patients', 'unheardOf')]).toEqual([
      'unheard-of',
      'unheardOf',
    ])
  })

  it('shows what people wrote, and nothing that only tells items apart', () => {
    const id = derivedId('patient')
    expect(valueWords([{ key: 'k1', use: 'home', lines: ['4 Larkspur Row', 'Unit 2'], old: false }])).toBe(
      'home · 4 Larkspur Row Unit 2',
    )
    expect(valueWords([{ family: 'Vahl' }, { family: 'Ott', confidential: true }])).toBe(
      'Vahl\nOtt · confidential',
    )
    expect([null, '', [], {}, false].map((value) => valueWords(value))).toEqual(['–', '–', '–', '–', '–'])
    expect([0, true, 'booked'].map((value) => valueWords(value))).toEqual(['0', 'yes', 'booked'])
    expect(valueWords(id)).toBe(`… ${id.slice(-6)}`)
    expect(valueWords(id, new Map([[id, 'this patient']]))).toBe('this patient')
  })
})

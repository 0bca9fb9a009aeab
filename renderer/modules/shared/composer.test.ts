import { describe, expect, it } from 'vitest'
import { compose } from './composer.tsx'

describe('what is written down', () => {
  it('takes its subject from the first line', () => {
    expect(compose('', 'Met Dr Ruiz\nWants a second scanner.')).toEqual({
      subject: 'Met Dr Ruiz',
      body: 'Wants a second scanner.',
    })
    expect(compose('', ' Called back ')).toEqual({ subject: 'Called back', body: null })
  })

  it('keeps a subject of its own', () => {
    expect(compose('Visit', 'Long talk')).toEqual({ subject: 'Visit', body: 'Long talk' })
  })

  it('loses nothing of a long first line', () => {
    const text = 'word '.repeat(60).trim()
    const composed = compose('', text)
    expect(composed?.body).toBe(text)
    expect(composed?.subject.length).toBeLessThanOrEqual(120)
  })

  it('is nothing where nothing was typed', () => {
    expect(compose(' ', ' \n ')).toBeNull()
  })
})

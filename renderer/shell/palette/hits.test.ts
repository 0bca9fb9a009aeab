import { describe, expect, it } from 'vitest'
import type { SearchHit } from '#renderer/replica/contract.ts'
import { groupedHits } from './grouped-hits.ts'
import { whyFound } from './hit-words.ts'

function hit(module: SearchHit['module'], title: string, excerpt: SearchHit['excerpt'] = null): SearchHit {
  return { module, id: title, title, titleMarks: [], matched: 'Field', excerpt }
}

describe('hits in the palette', () => {
  it('stand with their module, the best first', () => {
    const hits = [hit('cases', 'first'), hit('patients', 'second'), hit('cases', 'third')]
    const shown = groupedHits(hits).map(({ module, hits }) => [module, hits.map(({ title }) => title)])
    expect(shown).toEqual([
      ['cases', ['first', 'third']],
      ['patients', ['second']],
    ])
  })

  it('say why they were found where the title does not', () => {
    const marks = [{ start: 0, end: 3 }]
    expect(whyFound(hit('patients', 'Nova Lind', { text: 'Lind', marks }))).toBeNull()
    expect(whyFound(hit('patients', 'Nova Lind'))).toBeNull()
    const number = { text: 'MRN-0042', marks }
    expect(whyFound(hit('patients', 'Nova Lind', number))).toEqual(number)
  })

  it('show a date as people read it, marked as a whole', () => {
    const shown = whyFound(
      hit('patients', 'Nova Lind', { text: '1980-03-04', marks: [{ start: 0, end: 10 }] }),
    )
    expect(shown?.text).toContain('1980')
    expect(shown?.text).not.toBe('1980-03-04')
    expect(shown?.marks).toEqual([{ start: 0, end: shown?.text.length }])
  })
})

import { describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Stage } from '#app/modules/pipelines/index.ts'
import { blankEnvelope } from '#renderer/ui/testing/envelope.ts'
import { byClose, stageChange, sumText } from './opportunity-views.ts'

const won: Stage = { id: newId(), name: 'Won', order: 5, probability: 100, kind: 'won' }
const lost: Stage = { id: newId(), name: 'Lost', order: 6, probability: 0, kind: 'lost' }

function opportunity(closeOn: string | null) {
  return { ...blankEnvelope(newId(), 'opportunity'), closeOn }
}

describe('opportunities', () => {
  it('sort by their expected close, unknown ones last', () => {
    const rows = [opportunity(null), opportunity('2026-05-01'), opportunity('2026-02-01')]
    expect(rows.toSorted(byClose).map(({ closeOn }) => closeOn)).toEqual(['2026-02-01', '2026-05-01', null])
  })

  it('never add up different currencies', () => {
    const usd = { amount: { minor: 12_500, currency: 'USD' } }
    const eur = { amount: { minor: 100, currency: 'EUR' } }
    expect(sumText([usd, usd, eur, { amount: null }])).toBe('$250 + €1')
    expect(sumText([])).toBe('')
  })

  it('forget why they were lost when they come back', () => {
    expect(stageChange(won, 'p', '2026-01-05')).toEqual({
      stageId: won.id,
      pipelineId: 'p',
      stageSince: '2026-01-05',
      lostReason: null,
      lostNote: null,
    })
    expect(stageChange(lost, 'p', '2026-01-05')).not.toHaveProperty('lostReason')
  })
})

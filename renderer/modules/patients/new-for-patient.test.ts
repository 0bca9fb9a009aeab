import { describe, expect, it } from 'vitest'
import { blankOf, newId } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { blankEnvelope } from '#renderer/ui/testing/envelope.ts'
import { refusalOfNew } from './new-for-patient.ts'

describe('a new record for a patient', () => {
  const living = { ...blankEnvelope(newId(), 'patient'), ...blankOf(modules.patients), siteIds: [] }
  const dead = { ...living, deceased: { deceased: true } }

  it('is not begun where it would reach out to somebody who has died', () => {
    expect(refusalOfNew(modules.appointments, dead)).toBe('patient.deceased')
    expect(refusalOfNew(modules.appointments, living)).toBeNull()
  })

  it('is begun where it only writes something down', () => {
    for (const name of ['cases', 'conditions', 'consents', 'related-persons'] as const)
      expect(refusalOfNew(modules[name], dead)).toBeNull()
  })
})

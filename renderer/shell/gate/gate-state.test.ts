import { describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { ReplicaSummary } from '#renderer/replica/contract.ts'
import { describeCode } from '#renderer/ui/feedback/describe-fault.ts'
import { nextGateState } from './gate-state.ts'

const summary: ReplicaSummary = {
  replicaId: newId(),
  login: 'carla',
  serverUrl: '',
  enrolledAt: '2026-01-05T08:00:00.000Z',
}

describe('the gate', () => {
  it('asks a new machine to enrol and a known one for the passphrase', () => {
    expect(nextGateState({ at: 'looking' }, { type: 'found', summaries: [] }).at).toBe('enrol')
    expect(nextGateState({ at: 'looking' }, { type: 'found', summaries: [summary] })).toEqual({
      at: 'unlock',
      fault: null,
      chosen: summary.replicaId,
    })
  })

  it('comes back to the screen that it left, with the reason', () => {
    const fault = describeCode('replica.passphrase')
    const opening = nextGateState({ at: 'enrol', fault: null }, { type: 'began', way: 'unlock' })
    const failed = nextGateState(opening, { type: 'failed', fault, replicaId: summary.replicaId })
    expect(failed).toEqual({ at: 'unlock', fault, chosen: summary.replicaId })
  })

  it('drops progress that arrives after a failure', () => {
    const enrol = { at: 'enrol', fault: describeCode('access.credentials') } as const
    expect(nextGateState(enrol, { type: 'progress', progress: { step: 'ready', share: 1 } })).toBe(enrol)
  })

  it('stops with the reason when the machine can not be asked at all', () => {
    const fault = describeCode('host.unavailable', { what: 'keep keys' })
    expect(nextGateState({ at: 'looking' }, { type: 'failed', fault, replicaId: null })).toEqual({
      at: 'fault',
      fault,
    })
  })
})

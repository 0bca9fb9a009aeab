import type { Id } from '#app/kernel/index.ts'
import type { OpenProgress, Replica, ReplicaSummary } from '#renderer/replica/contract.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'

/** What stands between a person and the replica. */
export type GateState =
  | { readonly at: 'looking' }
  | { readonly at: 'fault'; readonly fault: FaultDescription }
  | { readonly at: 'unlock'; readonly fault: FaultDescription | null; readonly chosen: Id | null }
  | { readonly at: 'enrol'; readonly fault: FaultDescription | null }
  | { readonly at: 'opening'; readonly way: 'unlock' | 'enrol'; readonly progress: OpenProgress }
  | { readonly at: 'open'; readonly replica: Replica }

export type GateStep =
  | { readonly type: 'found'; readonly summaries: readonly ReplicaSummary[] }
  | { readonly type: 'choose'; readonly screen: 'unlock' | 'enrol' }
  | { readonly type: 'began'; readonly way: 'unlock' | 'enrol' }
  | { readonly type: 'progress'; readonly progress: OpenProgress }
  | { readonly type: 'opened'; readonly replica: Replica }
  | { readonly type: 'failed'; readonly fault: FaultDescription; readonly replicaId: Id | null }

export function nextGateState(state: GateState, step: GateStep): GateState {
  switch (step.type) {
    case 'found':
      return step.summaries.length === 0
        ? { at: 'enrol', fault: null }
        : { at: 'unlock', fault: null, chosen: step.summaries[0]?.replicaId ?? null }
    case 'choose':
      return step.screen === 'enrol'
        ? { at: 'enrol', fault: null }
        : { at: 'unlock', fault: null, chosen: null }
    case 'began':
      return { at: 'opening', way: step.way, progress: { step: 'keys', share: 0 } }
    case 'progress':
      return state.at === 'opening' ? { ...state, progress: step.progress } : state
    case 'opened':
      return { at: 'open', replica: step.replica }
    case 'failed':
      if (state.at !== 'opening') return { at: 'fault', fault: step.fault }
      return state.way === 'enrol'
        ? { at: 'enrol', fault: step.fault }
        : { at: 'unlock', fault: step.fault, chosen: step.replicaId }
  }
}

import { useCallback, useEffect, useReducer, useState } from 'react'
import type { ReactNode } from 'react'
import type { HostBridge, HostInfo } from '#app/host/index.ts'
import { codeOf } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type {
  GateNotice,
  OpenProgress,
  Replica,
  ReplicaGate,
  ReplicaSummary,
} from '#renderer/replica/contract.ts'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { EnrolScreen } from './enrol-screen.tsx'
import { GateFrame } from './gate-frame.tsx'
import { GateNotices } from './gate-notices.tsx'
import { nextGateState } from './gate-state.ts'
import { OpeningScreen } from './opening-screen.tsx'
import { UnlockScreen } from './unlock-screen.tsx'

type GateProps = {
  readonly host: HostBridge
  readonly gate: ReplicaGate
  readonly children: (replica: Replica) => ReactNode
}

/** Shows the way in until a replica is open, then what lies behind it. There is no way back: locking ends the page. */
export function Gate({ host, gate, children }: GateProps) {
  const [state, step] = useReducer(nextGateState, { at: 'looking' })
  const [summaries, setSummaries] = useState<readonly ReplicaSummary[]>([])
  const [notices, setNotices] = useState<readonly GateNotice[]>([])
  const [info, setInfo] = useState<HostInfo | null>(null)

  const look = useCallback(async () => {
    const found = await gate.summaries()
    setSummaries(found)
    setNotices(await gate.notices())
    step({ type: 'found', summaries: found })
  }, [gate])

  useEffect(() => {
    Promise.all([host.call('info', {}).then(setInfo), look()]).catch((thrown: unknown) => {
      step({ type: 'failed', fault: describeFault(thrown), replicaId: null })
    })
  }, [host, look])

  function open(
    way: 'unlock' | 'enrol',
    replicaId: Id | null,
    opening: (tell: Tell) => Promise<Replica>,
  ): void {
    step({ type: 'began', way })
    opening((progress) => step({ type: 'progress', progress })).then(
      (replica) => step({ type: 'opened', replica }),
      (thrown: unknown) => {
        // What was wiped is not there to be unlocked any more.
        if (codeOf(thrown) === 'access.wiped') void look()
        else step({ type: 'failed', fault: describeFault(thrown), replicaId })
      },
    )
  }

  function unlock(replicaId: Id, passphrase: string): void {
    open('unlock', replicaId, (tell) => gate.unlock(replicaId, passphrase, tell))
  }

  function recover(replicaId: Id, passphrase: string): void {
    open('unlock', replicaId, (tell) => gate.recover(replicaId, passphrase, tell))
  }

  if (state.at === 'open') return children(state.replica)
  return (
    <GateFrame info={info}>
      <GateNotices
        notices={notices}
        onDismiss={(replicaId) => void gate.dismiss(replicaId).then(look, notifyFault)}
      />
      {state.at === 'fault' && <FaultAlert fault={state.fault} />}
      {/* Stays mounted while opening, so that what was typed is still there when the server says no. */}
      {(state.at === 'enrol' || (state.at === 'opening' && state.way === 'enrol')) && info !== null && (
        <div hidden={state.at === 'opening'}>
          <EnrolScreen
            info={info}
            fault={state.at === 'enrol' ? state.fault : null}
            gate={gate}
            onEnrol={(opening) => open('enrol', null, opening)}
            onBack={summaries.length > 0 ? () => step({ type: 'choose', screen: 'unlock' }) : undefined}
          />
        </div>
      )}
      {state.at === 'unlock' && (
        <UnlockScreen
          summaries={summaries}
          chosen={state.chosen}
          fault={state.fault}
          onUnlock={unlock}
          onEnrol={() => step({ type: 'choose', screen: 'enrol' })}
          lostPassphrase={{
            recovery: gate.recovery,
            askRecovery: gate.askRecovery,
            onRecover: recover,
            onForget: (replicaId) => gate.forget(replicaId).then(look),
          }}
        />
      )}
      {state.at === 'opening' && <OpeningScreen way={state.way} progress={state.progress} />}
    </GateFrame>
  )
}

type Tell = (progress: OpenProgress) => void

import { useEffect, useState } from 'react'
import type { EnrolInput, ReplicaGate } from '#renderer/replica/contract.ts'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import type { AccountInput } from './enrol-account.tsx'
import { stepAfterFault, stepsOf } from './enrol-steps.ts'
import type { EnrolStep } from './enrol-steps.ts'

type Typed = {
  readonly account: AccountInput
  readonly invitation: string
  readonly passphrase: string
}

/** What the server said so far: whether it takes an invitation, and the authenticator that it gave. */
type Told = { readonly invitedOnly: boolean; readonly authenticator: string | null }

type Enrolment = {
  readonly gate: Pick<ReplicaGate, 'invitedOnly' | 'secondFactor'>
  readonly account: AccountInput
  /** Why the last attempt failed. */
  readonly fault: FaultDescription | null
  onEnrol(input: EnrolInput): void
}

/** Where somebody who sets a computer up stands, and what leads on. What was typed stays when the server says no. */
export function useEnrolment({ gate, account, fault, onEnrol }: Enrolment) {
  const [typed, setTyped] = useState<Typed>({ account, invitation: '', passphrase: '' })
  const [told, setTold] = useState<Told>({ invitedOnly: false, authenticator: null })
  const [step, setStep] = useState<EnrolStep>('account')
  const [refusal, setRefusal] = useState<FaultDescription | null>(null)
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    if (fault !== null) refuse(fault)
  }, [fault])

  function refuse(found: FaultDescription): void {
    setRefusal(found)
    setStep((current) => stepAfterFault(found.code, current))
  }

  function go(next: EnrolStep): void {
    setRefusal(null)
    setStep(next)
  }

  async function ask<Answer>(question: () => Promise<Answer>, then: (answer: Answer) => void): Promise<void> {
    setBusy(true)
    await question()
      .then(then, (thrown: unknown) => refuse(describeFault(thrown)))
      .finally(() => setBusy(false))
  }

  return {
    step,
    steps: stepsOf(told.invitedOnly),
    typed,
    told,
    refusal,
    /** The server is being asked. */
    busy,
    type: (change: Partial<Typed>) => setTyped({ ...typed, ...change }),
    go,
    askAdmission: () =>
      ask(
        () => gate.invitedOnly(typed.account.serverUrl),
        (invitedOnly) => {
          setTold({ ...told, invitedOnly })
          go(invitedOnly ? 'invitation' : 'passphrase')
        },
      ),
    askSecondFactor() {
      const { serverUrl, login, password } = typed.account
      return ask(
        () => gate.secondFactor({ serverUrl, login, password, invitation: typed.invitation }),
        (authenticator) => {
          setTold({ ...told, authenticator })
          go('passphrase')
        },
      )
    },
    protect(passphrase: string) {
      setTyped({ ...typed, passphrase })
      if (told.invitedOnly) go('code')
      else onEnrol({ ...typed.account, passphrase })
    },
    show(code: string) {
      const { account: known, passphrase, invitation } = typed
      onEnrol({ ...known, passphrase, invited: { invitation, code } })
    },
  }
}

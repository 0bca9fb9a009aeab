import { useEffect, useState } from 'react'
import type { BrowserSignIn, OpenProgress, Replica, ReplicaGate } from '#renderer/replica/contract.ts'
import { describeFault } from '#renderer/ui/feedback/describe-fault.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import type { AccountInput } from './enrol-account.tsx'
import { stepAfterFault, stepsOf } from './enrol-steps.ts'
import type { EnrolStep, EnrolWay } from './enrol-steps.ts'
import { useBrowserOffer } from './use-browser-offer.ts'
import { useBrowserSignIn } from './use-browser-sign-in.ts'

type Typed = {
  readonly account: AccountInput
  readonly invitation: string
  readonly passphrase: string
}

/** What the server said so far: whether it takes an invitation, and the authenticator that it gave. */
type Told = { readonly invitedOnly: boolean; readonly authenticator: string | null }

/** What opens the new copy, and tells how far it has come. */
export type Opening = (onProgress: (progress: OpenProgress) => void) => Promise<Replica>

export type EnrolGate = Pick<ReplicaGate, 'admission' | 'secondFactor' | 'enrol' | 'beginSignIn'>

type Enrolment = {
  readonly gate: EnrolGate
  readonly account: AccountInput
  /** Why the last attempt failed. */
  readonly fault: FaultDescription | null
  onEnrol(opening: Opening): void
}

/** Where somebody who sets a computer up stands, and what leads on. What was typed stays when the server says no. */
export function useEnrolment({ gate, account, fault, onEnrol }: Enrolment) {
  const [typed, setTyped] = useState<Typed>({ account, invitation: '', passphrase: '' })
  const [told, setTold] = useState<Told>({ invitedOnly: false, authenticator: null })
  const [way, setWay] = useState<EnrolWay>('password')
  const [step, setStep] = useState<EnrolStep>('account')
  const [refusal, setRefusal] = useState<FaultDescription | null>(null)
  const [busy, setBusy] = useState(false)
  const offer = useBrowserOffer(gate, account.serverUrl)
  const { signIn, hold } = useBrowserSignIn()

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

  function beginSignIn(passphrase: string): Promise<void> {
    const { serverUrl, deviceLabel } = typed.account
    hold(null)
    const begin = (): Promise<BrowserSignIn> => gate.beginSignIn({ serverUrl, deviceLabel, passphrase })
    return ask(begin, (begun) => {
      hold(begun)
      go('browser')
    })
  }

  return {
    step,
    steps: stepsOf(way, told.invitedOnly),
    typed,
    told,
    offersBrowser: offer.isOffered,
    lookForBrowser: () => offer.lookAt(typed.account.serverUrl),
    /** Null: there is none, or the one before is over. */
    signIn: refusal?.code === 'access.sign-in-over' ? null : signIn,
    refusal,
    /** The server is being asked. */
    busy,
    type: (change: Partial<Typed>) => setTyped({ ...typed, ...change }),
    go,
    askAdmission: (chosen: EnrolWay) =>
      ask(
        () => gate.admission(typed.account.serverUrl),
        ({ invitedOnly, byBrowser }) => {
          offer.setOffered(byBrowser)
          setWay(chosen)
          setTold({ ...told, invitedOnly })
          go(invitedOnly ? 'invitation' : 'passphrase')
        },
      ),
    askSecondFactor() {
      if (way === 'browser') return go('passphrase')
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
      if (way === 'browser') return beginSignIn(passphrase)
      if (told.invitedOnly) return go('code')
      return onEnrol((tell) => gate.enrol({ ...typed.account, passphrase }, tell))
    },
    show(code: string) {
      const { account: known, passphrase, invitation } = typed
      onEnrol((tell) => gate.enrol({ ...known, passphrase, invited: { invitation, code } }, tell))
    },
    openPage: () =>
      ask(
        async () => signIn?.open(),
        () => setRefusal(null),
      ),
    beginAgain: () => beginSignIn(typed.passphrase),
    showPageCode(code: string) {
      if (signIn === null) return
      const invitation = told.invitedOnly ? typed.invitation : undefined
      onEnrol((tell) => signIn.enrol({ code, invitation }, tell))
    },
  }
}

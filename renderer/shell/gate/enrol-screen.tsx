import { Anchor, Stack, Text, Title } from '@mantine/core'
import type { HostInfo } from '#app/host/index.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { EnrolAccount } from './enrol-account.tsx'
import { EnrolBrowser } from './enrol-browser.tsx'
import { EnrolCode } from './enrol-code.tsx'
import { EnrolInvitation } from './enrol-invitation.tsx'
import { EnrolPassphrase } from './enrol-passphrase.tsx'
import { titles } from './enrol-steps.ts'
import { useEnrolment } from './use-enrolment.ts'
import type { EnrolGate, Opening } from './use-enrolment.ts'

type EnrolScreenProps = {
  readonly info: HostInfo
  readonly fault: FaultDescription | null
  readonly gate: EnrolGate
  onEnrol(opening: Opening): void
  readonly onBack: (() => void) | undefined
}

/**
 * Step by step: who you are to the server, what protects this computer; and where a device comes in by invitation only, the
 * invitation. A code comes last, since it is not good for long: the authenticator's, or that of the page where somebody signs in.
 */
export function EnrolScreen({ info, fault, gate, onEnrol, onBack }: EnrolScreenProps) {
  const account = { serverUrl: info.serverUrl, login: '', password: '', deviceLabel: deviceLabelOf(info) }
  const enrolment = useEnrolment({ gate, account, fault, onEnrol })
  const { step, steps, typed, told, refusal, busy } = enrolment
  return (
    <Stack gap="md">
      <div>
        <Text size="xs" c="dimmed">
          Step {steps.indexOf(step) + 1} of {steps.length}
        </Text>
        <Title order={2} size="h4">
          {titles[step]}
        </Title>
      </div>
      {refusal !== null && <FaultAlert fault={refusal} />}
      {step === 'account' && (
        <EnrolAccount
          info={info}
          value={typed.account}
          busy={busy}
          onChange={(next) => enrolment.type({ account: next })}
          offersBrowser={enrolment.offersBrowser}
          onServer={enrolment.lookForBrowser}
          onNext={(way) => void enrolment.askAdmission(way)}
        />
      )}
      {step === 'invitation' && (
        <EnrolInvitation
          value={typed.invitation}
          busy={busy}
          onChange={(invitation) => enrolment.type({ invitation })}
          onBack={() => enrolment.go('account')}
          onNext={() => void enrolment.askSecondFactor()}
        />
      )}
      {step === 'passphrase' && (
        <EnrolPassphrase
          isLast={steps.at(-1) === 'passphrase'}
          busy={busy}
          onBack={() => enrolment.go(told.invitedOnly ? 'invitation' : 'account')}
          onDone={(passphrase) => void enrolment.protect(passphrase)}
        />
      )}
      {step === 'code' && (
        <EnrolCode
          authenticator={told.authenticator}
          onBack={() => enrolment.go('passphrase')}
          onDone={(code) => enrolment.show(code)}
        />
      )}
      {step === 'browser' && (
        <EnrolBrowser
          key={enrolment.signIn?.address ?? 'over'}
          signIn={enrolment.signIn}
          busy={busy}
          onOpen={() => void enrolment.openPage()}
          onBegin={() => void enrolment.beginAgain()}
          onBack={() => enrolment.go('passphrase')}
          onDone={(code) => enrolment.showPageCode(code)}
        />
      )}
      {onBack !== undefined && (
        <Anchor component="button" type="button" size="sm" onClick={onBack}>
          Back to unlocking
        </Anchor>
      )}
    </Stack>
  )
}

function deviceLabelOf(info: HostInfo): string {
  return info.kind === 'browser' ? `Browser on ${info.platform}` : `Computer (${info.platform})`
}

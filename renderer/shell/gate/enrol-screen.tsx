import { Anchor, Stack, Text, Title } from '@mantine/core'
import type { HostInfo } from '#app/host/index.ts'
import type { EnrolInput, ReplicaGate } from '#renderer/replica/contract.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { EnrolAccount } from './enrol-account.tsx'
import { EnrolCode } from './enrol-code.tsx'
import { EnrolInvitation } from './enrol-invitation.tsx'
import { EnrolPassphrase } from './enrol-passphrase.tsx'
import { titles } from './enrol-steps.ts'
import { useEnrolment } from './use-enrolment.ts'

type EnrolScreenProps = {
  readonly info: HostInfo
  readonly fault: FaultDescription | null
  readonly gate: Pick<ReplicaGate, 'invitedOnly' | 'secondFactor'>
  onEnrol(input: EnrolInput): void
  readonly onBack: (() => void) | undefined
}

/**
 * Step by step: who you are to the server, what protects this computer; and where a device comes in by invitation only, the
 * invitation, and the code of an authenticator last, since it is good for half a minute.
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
          onNext={() => void enrolment.askAdmission()}
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
          isLast={!told.invitedOnly}
          onBack={() => enrolment.go(told.invitedOnly ? 'invitation' : 'account')}
          onDone={(passphrase) => enrolment.protect(passphrase)}
        />
      )}
      {step === 'code' && (
        <EnrolCode
          authenticator={told.authenticator}
          onBack={() => enrolment.go('passphrase')}
          onDone={(code) => enrolment.show(code)}
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

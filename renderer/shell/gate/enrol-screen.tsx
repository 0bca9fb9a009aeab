import { Anchor, Stack, Text, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { HostInfo } from '#app/host/index.ts'
import type { EnrolInput } from '#renderer/replica/contract.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { EnrolAccount } from './enrol-account.tsx'
import type { AccountInput } from './enrol-account.tsx'
import { EnrolPassphrase } from './enrol-passphrase.tsx'

type EnrolScreenProps = {
  readonly info: HostInfo
  readonly fault: FaultDescription | null
  onEnrol(input: EnrolInput): void
  readonly onBack: (() => void) | undefined
}

/** Two steps: who you are to the server, then what protects this computer. */
export function EnrolScreen({ info, fault, onEnrol, onBack }: EnrolScreenProps) {
  const [account, setAccount] = useState<AccountInput>({
    serverUrl: info.serverUrl,
    login: '',
    password: '',
    deviceLabel: deviceLabelOf(info),
  })
  const [step, setStep] = useState<'account' | 'passphrase'>('account')
  // Whatever the server says, the first step is where it is put right; a weak passphrase is not the server's word.
  useEffect(() => {
    if (fault !== null) setStep(fault.code === 'replica.passphrase-weak' ? 'passphrase' : 'account')
  }, [fault])

  return (
    <Stack gap="md">
      <div>
        <Text size="xs" c="dimmed">
          Step {step === 'account' ? 1 : 2} of 2
        </Text>
        <Title order={2} size="h4">
          {step === 'account' ? 'Sign in' : 'Protect this computer'}
        </Title>
      </div>
      {fault !== null && <FaultAlert fault={fault} />}
      {step === 'account' ? (
        <EnrolAccount
          info={info}
          value={account}
          onChange={setAccount}
          onNext={() => setStep('passphrase')}
        />
      ) : (
        <EnrolPassphrase
          onBack={() => setStep('account')}
          onDone={(passphrase) => onEnrol({ ...account, passphrase })}
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

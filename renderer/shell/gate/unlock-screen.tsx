import { Anchor, Button, Group, PasswordInput, Radio, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { ReplicaSummary } from '#renderer/replica/contract.ts'
import type { FaultDescription } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { ForgetReplica } from './forget-replica.tsx'
import type { LostPassphraseActions } from './forget-replica.tsx'
import classes from './gate.module.css'

type UnlockScreenProps = {
  readonly summaries: readonly ReplicaSummary[]
  readonly chosen: Id | null
  readonly fault: FaultDescription | null
  onUnlock(replicaId: Id, passphrase: string): void
  onEnrol(): void
  readonly lostPassphrase: LostPassphraseActions
}

/** Asks for the passphrase of one of the replicas on this machine. */
export function UnlockScreen({
  summaries,
  chosen,
  fault,
  onUnlock,
  onEnrol,
  lostPassphrase,
}: UnlockScreenProps) {
  const [replicaId, setReplicaId] = useState(chosen ?? summaries[0]?.replicaId ?? '')
  const [passphrase, setPassphrase] = useState('')
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (replicaId !== '' && passphrase !== '') onUnlock(replicaId, passphrase)
  }

  const selected = summaries.find((summary) => summary.replicaId === replicaId)
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Title order={2} size="h4">
          {summaries.length === 1 && selected !== undefined
            ? `Welcome back, ${selected.login}`
            : 'Welcome back'}
        </Title>
        {summaries.length > 1 && (
          <ReplicaChoice summaries={summaries} value={replicaId} onChange={setReplicaId} />
        )}
        <PasswordInput
          ref={input}
          label="Passphrase"
          description="The one you chose on this computer, not your password."
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          autoComplete="off"
          error={fault?.code === 'replica.passphrase' ? `${fault.says} ${fault.remedy}` : undefined}
        />
        {fault !== null && fault.code !== 'replica.passphrase' && <FaultAlert fault={fault} />}
        <Button type="submit" disabled={replicaId === '' || passphrase === ''}>
          Unlock
        </Button>
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={onEnrol}>
            Set up another user
          </Anchor>
          {selected !== undefined && (
            <ForgetReplica key={selected.replicaId} summary={selected} actions={lostPassphrase} />
          )}
        </Group>
      </Stack>
    </form>
  )
}

type ReplicaChoiceProps = {
  readonly summaries: readonly ReplicaSummary[]
  readonly value: Id
  onChange(replicaId: Id): void
}

function ReplicaChoice({ summaries, value, onChange }: ReplicaChoiceProps) {
  return (
    <Radio.Group label="Who are you?" value={value} onChange={onChange}>
      <div className={classes['replicas']}>
        {summaries.map((summary) => (
          <Radio.Card key={summary.replicaId} value={summary.replicaId} className={classes['replica'] ?? ''}>
            <Radio.Indicator />
            <div>
              <Text size="md" fw={600}>
                {summary.login}
              </Text>
              <Text size="xs" c="dimmed">
                {summary.serverUrl === ''
                  ? window.location.host
                  : summary.serverUrl.replace(/^https?:\/\//, '')}
              </Text>
            </div>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  )
}

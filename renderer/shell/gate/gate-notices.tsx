import { Button, Stack, Text } from '@mantine/core'
import type { Id } from '#app/kernel/index.ts'
import type { GateNotice } from '#renderer/replica/contract.ts'
import { describeCode } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'

type GateNoticesProps = { readonly notices: readonly GateNotice[]; onDismiss(replicaId: Id): void }

/** What became of copies that are not on this computer any more. */
export function GateNotices({ notices, onDismiss }: GateNoticesProps) {
  if (notices.length === 0) return null
  return (
    <Stack gap="sm" mb="md">
      {notices.map(({ replicaId, login, code }) => (
        <FaultAlert key={replicaId} fault={describeCode(code)}>
          <Text size="sm" mt="xs">
            It was the copy of {login}.
          </Text>
          <Button size="xs" variant="default" mt="sm" onClick={() => onDismiss(replicaId)}>
            Understood
          </Button>
        </FaultAlert>
      ))}
    </Stack>
  )
}

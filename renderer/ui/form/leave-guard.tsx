import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { UseBlockerResult } from './blocker-result.ts'

/** Asks before a form with changes is left. */
export function LeaveGuard({ blocker }: { readonly blocker: UseBlockerResult }) {
  return (
    <Modal
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
    >
      <Stack gap="md">
        <Text size="sm">What you typed here is not saved yet.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => blocker.reset?.()} data-autofocus>
            Stay
          </Button>
          <Button color="red" onClick={() => blocker.proceed?.()}>
            Leave
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

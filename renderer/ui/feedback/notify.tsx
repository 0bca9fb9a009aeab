import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { describeFault } from './describe-fault.ts'

/** A short word that something is done. */
export function notifyDone(message: string): void {
  notifications.show({ message, autoClose: 3000, withBorder: true })
}

/** A failure outside any form; stays until it is read. */
export function notifyFault(thrown: unknown): void {
  const fault = describeFault(thrown)
  notifications.show({
    color: 'red',
    title: fault.says,
    message: fault.remedy,
    autoClose: false,
    withBorder: true,
  })
}

/** Something was done and can be taken back for a while. */
export function notifyUndo(message: string, undo: () => Promise<void>): void {
  const id = notifications.show({
    autoClose: 10_000,
    withBorder: true,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button size="compact-sm" variant="subtle" onClick={takeBack}>
          Undo
        </Button>
      </Group>
    ),
  })

  function takeBack(): void {
    notifications.hide(id)
    undo().catch(notifyFault)
  }
}

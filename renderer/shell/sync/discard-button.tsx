import { Button, Group, Popover, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifyDone, notifyFault } from '#renderer/ui/feedback/notify.tsx'

/** Discarding is for good, so it asks. */
export function DiscardButton({ onDiscard }: { onDiscard(): Promise<void> }) {
  const [opened, { toggle, close }] = useDisclosure()

  function discard(): void {
    close()
    onDiscard().then(() => notifyDone('Discarded'), notifyFault)
  }

  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && close()}
      position="bottom-end"
      trapFocus
      shadow="md"
    >
      <Popover.Target>
        <Button size="compact-md" variant="default" onClick={toggle}>
          Discard
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm" maw={260}>
          <Text size="sm">The change is deleted. The record stays as the server has it.</Text>
          <Group justify="flex-end" gap="xs">
            <Button size="compact-sm" variant="default" onClick={close}>
              Keep it
            </Button>
            <Button size="compact-sm" color="red" onClick={discard}>
              Discard the change
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

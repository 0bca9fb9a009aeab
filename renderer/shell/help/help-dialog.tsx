import { Modal } from '@mantine/core'
import { useState } from 'react'
import { useCommandRegistry } from '../commands/commands-context.tsx'
import type { Command } from '../commands/command.ts'
import { HotkeyMap } from './hotkey-map.tsx'

/** The `?` map. It shows what could be pressed when it was opened, not what the dialog itself leaves. */
export function useHelpDialog() {
  const registry = useCommandRegistry()
  const [commands, setCommands] = useState<readonly Command[] | null>(null)
  return {
    open: () => setCommands(registry.active()),
    dialog: (
      <Modal opened={commands !== null} onClose={() => setCommands(null)} title="Keyboard" size="xl">
        <HotkeyMap commands={commands ?? []} />
      </Modal>
    ),
  }
}

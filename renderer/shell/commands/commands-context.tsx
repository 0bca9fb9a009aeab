import { createContext, use, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import type { Command } from './command.ts'
import { createCommandRegistry } from './command-registry.ts'
import type { CommandRegistry } from './command-registry.ts'
import { listenForHotkeys } from './listen-for-hotkeys.ts'

const CommandsContext = createContext<CommandRegistry | null>(null)

/** The registry of this window, with its hotkeys alive while it is shown. */
export function CommandsProvider({ children }: { readonly children: ReactNode }) {
  const [registry] = useState(createCommandRegistry)
  useEffect(() => listenForHotkeys(document, registry), [registry])
  return <CommandsContext value={registry}>{children}</CommandsContext>
}

export function useCommandRegistry(): CommandRegistry {
  const registry = use(CommandsContext)
  if (registry === null) throw new Error('no CommandsProvider above')
  return registry
}

/**
 * Puts commands on the stack while the calling component is shown. They may close over fresh values at each render: what
 * runs is always the latest. The stack changes only when ids, titles or hotkeys do.
 */
export function useCommands(name: string, commands: readonly Command[], options?: { modal?: boolean }): void {
  const registry = useCommandRegistry()
  const modal = options?.modal === true
  const run = useEffectEvent((id: string) => commands.find((command) => command.id === id)?.run())
  const outline = JSON.stringify(commands.map(({ id, title, hotkey }) => [id, title, hotkey]))
  const latest = useEffectEvent(() => commands)
  useEffect(() => {
    const stable = latest().map((command) => ({ ...command, run: () => run(command.id) }))
    return registry.push({ name, modal, commands: stable })
  }, [registry, name, modal, outline])
}

/** The commands that can be run now, the top of the stack first. */
export function useListedCommands(): readonly Command[] {
  const registry = useCommandRegistry()
  return useSyncExternalStore(registry.subscribe, registry.active).filter(
    (command) => command.unlisted !== true,
  )
}

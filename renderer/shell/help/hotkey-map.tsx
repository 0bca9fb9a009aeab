import { Title } from '@mantine/core'
import { commandGroups } from '../commands/command.ts'
import type { Command } from '../commands/command.ts'
import { HotkeyCaps } from './hotkey-caps.tsx'
import classes from './help.module.css'

/** Every hotkey there is, as the registry knows it. */
export function HotkeyMap({ commands }: { readonly commands: readonly Command[] }) {
  return (
    <div className={classes['groups']}>
      {commandGroups.map((group) => {
        const own = commands.filter((command) => command.group === group && command.hotkey !== undefined)
        if (own.length === 0) return null
        return (
          <section key={group} aria-label={group}>
            <Title order={2} size="h6" mb={4}>
              {group}
            </Title>
            {own.map((command) => (
              <div key={command.id} className={classes['row']}>
                <span>{command.title}</span>
                <HotkeyCaps hotkey={command.hotkey ?? ''} />
              </div>
            ))}
          </section>
        )
      })}
    </div>
  )
}

import { Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconKey, IconKeyboard, IconLock, IconMoon, IconSun } from '@tabler/icons-react'
import { roles } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useCommandRegistry } from '../commands/commands-context.tsx'
import { HotkeyCaps } from '../help/hotkey-caps.tsx'
import classes from './layout.module.css'

const schemes = [
  { scheme: 'light', label: 'Light', Sign: IconSun },
  { scheme: 'dark', label: 'Dark', Sign: IconMoon },
  { scheme: 'auto', label: 'As the system', Sign: IconDeviceDesktop },
] as const

/** Who is at work here, and what concerns them: lock, appearance, the keyboard. */
export function UserMenu() {
  const { user, organisation, subject } = useReplica()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const registry = useCommandRegistry()
  const run = (id: string) =>
    registry
      .active()
      .find((command) => command.id === id)
      ?.run()
  const held = roles.filter((role) => subject.grants.some((grant) => grant.role === role))
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes['user'] ?? ''} aria-label={`${user.name}: menu`}>
          {initials(user.name)}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes['userFacts']}>
          <Text size="sm" fw={600}>
            {user.name}
          </Text>
          <Text size="xs" c="dimmed">
            {held.map((role) => labelOf(role)).join(', ')}
          </Text>
          <Text size="xs" c="dimmed">
            {organisation.name}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        {schemes.map(({ scheme, label, Sign }) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={colorScheme === scheme}
            leftSection={<Sign size={15} />}
            rightSection={colorScheme === scheme ? '✓' : undefined}
            onClick={() => setColorScheme(scheme)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconKeyboard size={15} />}
          rightSection={<HotkeyCaps hotkey="?" />}
          onClick={() => run('rounds.help')}
        >
          Keyboard
        </Menu.Item>
        <Menu.Item leftSection={<IconKey size={15} />} onClick={() => run('go.passphrase')}>
          Passphrase
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLock size={15} />}
          rightSection={<HotkeyCaps hotkey="mod+shift+L" />}
          onClick={() => run('rounds.lock')}
        >
          Lock
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '')
  return [words[0]?.[0], words.length > 1 ? words.at(-1)?.[0] : ''].join('').toUpperCase()
}

import { useMantineColorScheme, useComputedColorScheme } from '@mantine/core'
import {
  IconCloud,
  IconHome,
  IconKey,
  IconKeyboard,
  IconLock,
  IconMoon,
  IconPlus,
  IconRefresh,
  IconRotate,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { anyModule } from '#renderer/ui/data/use-permission.ts'
import { notifyDone, notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { moduleIcons } from '#renderer/ui/record/module-icons.ts'
import type { Command } from './commands/command.ts'
import { useCommands } from './commands/commands-context.tsx'
import { useHelpDialog } from './help/help-dialog.tsx'
import { useLock } from './lock/lock-context.tsx'
import { useScreenedModules } from './modules-context.tsx'
import type { ScreenedModule } from './modules-context.tsx'
import { openPalette } from './palette/open-palette.ts'
import { Palette } from './palette/palette.tsx'

/** What can be done anywhere: go to a module, make a record, search, sync, lock. */
export function ShellCommands() {
  const help = useHelpDialog()
  const modules = useScreenedModules()
  const navigate = useNavigate()
  useCommands('application', [
    ...modules.map((module) => goCommand(module, navigate)),
    ...modules.filter(({ creates }) => creates).map((module) => createCommand(module, navigate)),
    ...useOwnCommands(navigate, help.open),
  ])
  return (
    <>
      <Palette />
      {help.dialog}
    </>
  )
}

type Navigate = ReturnType<typeof useNavigate>

function goCommand({ name, screens }: ScreenedModule, navigate: Navigate): Command {
  return {
    id: `go.${name}`,
    title: anyModule(name).label.many,
    group: 'Go to',
    ...(screens.key === null ? {} : { hotkey: `g ${screens.key}` }),
    icon: moduleIcons[name],
    run: () => void navigate({ to: '/$module', params: { module: name } }),
  }
}

function createCommand({ name, screens }: ScreenedModule, navigate: Navigate): Command {
  return {
    id: `new.${name}`,
    title: `New ${anyModule(name).label.one.toLowerCase()}`,
    group: 'Create',
    ...(screens.key === null ? {} : { hotkey: `c ${screens.key}` }),
    icon: IconPlus,
    keywords: 'add make',
    run: () => void navigate({ to: '/$module/new', params: { module: name } }),
  }
}

function useOwnCommands(navigate: Navigate, openHelp: () => void): readonly Command[] {
  const replica = useReplica()
  const lock = useLock()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  return [
    {
      id: 'go.home',
      title: 'Today',
      group: 'Go to',
      hotkey: 'g h',
      icon: IconHome,
      keywords: 'home',
      run: () => void navigate({ to: '/' }),
    },
    {
      id: 'go.sync',
      title: 'Sync centre',
      group: 'Go to',
      hotkey: 'g s',
      icon: IconCloud,
      run: () => void navigate({ to: '/sync' }),
    },
    {
      id: 'go.passphrase',
      title: 'Change the passphrase',
      group: 'Rounds',
      icon: IconKey,
      keywords: 'password lock security',
      run: () => void navigate({ to: '/passphrase' }),
    },
    {
      id: 'rounds.palette',
      title: 'Search and commands',
      group: 'Rounds',
      hotkey: 'mod+K',
      unlisted: true,
      run: openPalette,
    },
    {
      id: 'rounds.sync',
      title: 'Sync now',
      group: 'Rounds',
      icon: IconRefresh,
      run: () => void replica.syncNow().catch(notifyFault),
    },
    {
      id: 'rounds.scheme',
      title: scheme === 'light' ? 'Use dark colours' : 'Use light colours',
      group: 'Rounds',
      icon: IconMoon,
      keywords: 'theme appearance',
      run: () => setColorScheme(scheme === 'light' ? 'dark' : 'light'),
    },
    {
      id: 'rounds.rotate',
      title: 'Renew the key of the local data',
      group: 'Rounds',
      icon: IconRotate,
      keywords: 'encryption rotate security',
      run: () =>
        void replica
          .rotateDataKey()
          .then(() => notifyDone('The local data lies under a new key.'), notifyFault),
    },
    { id: 'rounds.help', title: 'Keyboard', group: 'Rounds', hotkey: '?', icon: IconKeyboard, run: openHelp },
    {
      id: 'rounds.lock',
      title: 'Lock',
      group: 'Rounds',
      hotkey: 'mod+shift+L',
      icon: IconLock,
      run: () => void lock(),
    },
  ]
}

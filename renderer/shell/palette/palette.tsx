import '@mantine/spotlight/styles.css'
import { Spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { anyModule } from '#renderer/ui/data/use-permission.ts'
import { moduleIcons } from '#renderer/ui/record/module-icons.ts'
import type { SearchHit } from '#renderer/replica/contract.ts'
import { commandGroups } from '../commands/command.ts'
import type { Command } from '../commands/command.ts'
import { useListedCommands } from '../commands/commands-context.tsx'
import { HotkeyCaps } from '../help/hotkey-caps.tsx'
import { useScreenedModules } from '../modules-context.tsx'
import { matchingCommands } from './matching-commands.ts'
import classes from './palette.module.css'

const mostHits = 12

/** One box for everything: records by name, number or phone, and whatever can be done here. */
export function Palette() {
  const [query, setQuery] = useState('')
  const hits = useHits(query)
  const commands = matchingCommands(useListedCommands(), query)
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={460}
      transitionProps={{ duration: 80 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.3 }}
      aria-label="Search and commands"
    >
      <Spotlight.Search
        aria-label="Search and commands"
        placeholder="A name, a number, a phone, or what you want to do"
        leftSection={<IconSearch size={18} stroke={1.6} />}
      />
      <Spotlight.ActionsList>
        {hits.length > 0 && (
          <Spotlight.ActionsGroup label="Records">
            {hits.map((hit) => (
              <HitAction key={`${hit.module}/${hit.id}`} hit={hit} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {commandGroups.map((group) => {
          const own = commands.filter((command) => command.group === group)
          if (own.length === 0) return null
          return (
            <Spotlight.ActionsGroup key={group} label={group}>
              {own.map((command) => (
                <CommandAction key={command.id} command={command} />
              ))}
            </Spotlight.ActionsGroup>
          )
        })}
        {hits.length === 0 && commands.length === 0 && (
          <Spotlight.Empty>Nothing on this device matches</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

function useHits(query: string): readonly SearchHit[] {
  const replica = useReplica()
  const modules = useScreenedModules()
  return useMemo(() => {
    if (query.trim().length < 2) return []
    return replica.search(query, { modules: modules.map(({ name }) => name), limit: mostHits })
  }, [replica, modules, query])
}

function HitAction({ hit }: { readonly hit: SearchHit }) {
  const navigate = useNavigate()
  const Sign = moduleIcons[hit.module]
  const { label } = anyModule(hit.module)
  return (
    <Spotlight.Action
      label={hit.title}
      description={`${label.one} · ${hit.matched}`}
      leftSection={<Sign size={18} stroke={1.6} aria-hidden />}
      onClick={() => void navigate({ to: '/$module/$id', params: { module: hit.module, id: hit.id } })}
    />
  )
}

function CommandAction({ command }: { readonly command: Command }) {
  const Sign = command.icon
  return (
    <Spotlight.Action
      label={command.title}
      leftSection={
        Sign === undefined ? (
          <span className={classes['noSign']} />
        ) : (
          <Sign size={18} stroke={1.6} aria-hidden />
        )
      }
      rightSection={command.hotkey === undefined ? undefined : <HotkeyCaps hotkey={command.hotkey} />}
      onClick={() => command.run()}
    />
  )
}
